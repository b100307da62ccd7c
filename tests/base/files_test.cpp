#include "gannet/base/files.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <functional>
#include <memory>
#include <random>

#include "gannet/base/error.h"
#include "support/error_of.h"

namespace gannet {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  Files() {
    std::string name = (fs::temp_directory_path() / "gannet-files-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the test");
    folder_ = name;
  }
  ~Files() override {
    inject_write_failure({});
    fs::remove_all(folder_);
  }

  int64_t count_files() const {
    return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
  }

  Path folder_;
};

std::string random_text(size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string text(size, ' ');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

// Runs `action` in a forked process that sends one byte when ready and then waits to be killed.
class Child {
 public:
  explicit Child(const std::function<void()>& action) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      action();
      if (::write(ends[1], "r", 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    ::close(ends[1]);
    char ready = 0;
    ready_ = ::read(ends[0], &ready, 1) == 1;
    ::close(ends[0]);
  }
  ~Child() { kill(); }

  bool ready() const { return ready_; }
  pid_t pid() const { return pid_; }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  pid_t pid_ = -1;
  bool ready_ = false;
};

TEST_F(Files, ReadBackWhatWasWritten) {
  const Path path = folder_ / "a";
  for (const size_t size : {size_t{0}, size_t{1}, size_t{4095}, size_t{1} << 20}) {
    const std::string text = random_text(size, 1);
    write_file(path, text);
    EXPECT_EQ(read_text(path), text);
    EXPECT_EQ(as_text(read_file(path)), text);
  }
  EXPECT_EQ(count_files(), 1);
}

TEST_F(Files, ReadingNamesWhatIsWrong) {
  const Path missing = folder_ / "missing";
  EXPECT_EQ(error_of([&] { read_file(missing); }), "no such file: " + missing.string());
  EXPECT_EQ(error_of([&] { read_file(folder_); }),
            "is a folder, expected a file: " + folder_.string());
  const Path pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(error_of([&] { read_file(pipe); }), "is not a regular file: " + pipe.string());
  EXPECT_EQ(error_of([&] { read_file("/dev/zero"); }), "is not a regular file: /dev/zero");
  const Path big = folder_ / "big";
  write_file(big, std::string(101, 'x'));
  EXPECT_EQ(error_of([&] { read_file(big, 100); }),
            "file has 101 bytes, at most 100 are read here: " + big.string());
  EXPECT_EQ(read_file(big, 101).size(), 101u);
}

TEST_F(Files, AHugeFileIsRefusedBeforeItIsRead) {
  const Path sparse = folder_ / "sparse";
  write_file(sparse, "");
  ASSERT_EQ(::truncate(sparse.c_str(), off_t{1} << 40), 0);
  EXPECT_EQ(error_of([&] { read_file(sparse); }),
            "file has 1099511627776 bytes, at most 8589934592 are read here: " + sparse.string());
}

TEST_F(Files, AnUnwritableFolderIsNamedWithTheReason) {
  const Path path = folder_ / "no" / "such" / "folder";
  EXPECT_EQ(error_of([&] { write_file(path, "x"); }),
            "cannot write (No such file or directory): " + path.string());
  EXPECT_EQ(error_of([&] { append_file(path, as_bytes("x")); }),
            "cannot append (No such file or directory): " + path.string());
  EXPECT_EQ(error_of([&] { write_file("/proc/gannet", "x"); }).substr(0, 14), "cannot write (");
}

TEST_F(Files, OnlyRegularFilesAreReplaced) {
  EXPECT_EQ(error_of([&] { write_file(folder_, "x"); }),
            "cannot write: is a folder: " + folder_.string());
  EXPECT_EQ(error_of([&] { write_file("/dev/null", "x"); }),
            "cannot write: is not a regular file: /dev/null");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_EQ(error_of([&] { write_file(folder_ / "", "x"); }).substr(0, 31),
            "cannot write: not a file name: ");
}

TEST_F(Files, PiecesAndCorrectionsMakeOneFile) {
  const Path path = folder_ / "a";
  AtomicFile file(path);
  file.write(as_bytes("0123"));
  file.write(as_bytes("456789"));
  file.write_at(2, as_bytes("xyz"));
  EXPECT_EQ(file.size(), 10u);
  EXPECT_FALSE(fs::exists(path));
  file.write(as_bytes("!"));
  file.commit();
  EXPECT_EQ(read_text(path), "01xyz56789!");
  EXPECT_THROW(file.write(as_bytes("x")), Error);
  EXPECT_THROW(file.commit(), Error);
  EXPECT_EQ(read_text(path), "01xyz56789!");
}

TEST_F(Files, CorrectionsBeyondTheEndAreRefused) {
  for (const uint64_t offset : {uint64_t{3}, uint64_t{5}, ~uint64_t{0}}) {
    AtomicFile file(folder_ / "a");
    file.write(as_bytes("0123"));
    EXPECT_THROW(file.write_at(offset, as_bytes("xy")), Error);
  }
  EXPECT_EQ(count_files(), 0);
}

TEST_F(Files, WithoutCommitNothingStays) {
  {
    AtomicFile file(folder_ / "a");
    file.write(as_bytes("0123"));
    EXPECT_EQ(count_files(), 1);
  }
  EXPECT_EQ(count_files(), 0);
}

TEST_F(Files, TwoWritersOfOneNameDoNotMix) {
  const Path path = folder_ / "a";
  AtomicFile one(path), two(path);
  one.write(as_bytes("one"));
  two.write(as_bytes("second"));
  one.commit();
  EXPECT_EQ(read_text(path), "one");
  two.commit();
  EXPECT_EQ(read_text(path), "second");
}

TEST_F(Files, AKillInTheMiddleLeavesTheOldFile) {
  const Path path = folder_ / "a";
  write_file(path, "old");
  auto file = std::unique_ptr<AtomicFile>();
  Child child([&] {
    file = std::make_unique<AtomicFile>(path);
    file->write(as_bytes(random_text(100'000, 2)));
  });
  ASSERT_TRUE(child.ready());
  EXPECT_EQ(read_text(path), "old");
  EXPECT_EQ(remove_stale_temporaries(folder_), 0) << "its writer still lives";
  child.kill();
  EXPECT_EQ(read_text(path), "old");
  EXPECT_EQ(count_files(), 2);
  EXPECT_EQ(remove_stale_temporaries(folder_), 1);
  EXPECT_EQ(count_files(), 1);
  write_file(path, "new");
  EXPECT_EQ(read_text(path), "new");
}

TEST_F(Files, KillsAtRandomMomentsNeverShowHalfAFile) {
  const Path path = folder_ / "a";
  const std::string a(300'000, 'a'), b(200'000, 'b');
  write_file(path, a);
  std::mt19937 random(7);
  for (int round = 0; round < 30; ++round) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      for (;;) {
        write_file(path, b);
        write_file(path, a);
      }
    }
    ::usleep(random() % 8000);
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    const std::string now = read_text(path);
    ASSERT_TRUE(now == a || now == b) << "round " << round << ", " << now.size() << " bytes";
    remove_stale_temporaries(folder_);
    ASSERT_EQ(count_files(), 1);
  }
}

TEST_F(Files, AFullDiskAtAnyStepLeavesAWholeFile) {
  const Path path = folder_ / "a";
  int64_t steps = 0;
  for (;; ++steps) {
    write_file(path, "old");
    bool fired = false;
    inject_write_failure([&](int64_t n) {
      fired = fired || n == steps;
      return n == steps;
    });
    const std::string error = error_of([&] {
      AtomicFile file(path);
      file.write(as_bytes("new "));
      file.write(as_bytes("text"));
      file.write_at(0, as_bytes("N"));
      file.commit();
    });
    inject_write_failure({});
    ASSERT_EQ(count_files(), 1);
    if (!fired) {
      EXPECT_EQ(error, "no error");
      EXPECT_EQ(read_text(path), "New text");
      break;
    }
    EXPECT_EQ(error, "cannot write (No space left on device): " + path.string());
    // Three writes, flush, rename; then the folder's flush, when the new file is already there.
    EXPECT_EQ(read_text(path), steps < 5 ? "old" : "New text");
  }
  EXPECT_EQ(steps, 6);
}

TEST_F(Files, AfterAFailureNothingMoreIsWritten) {
  const Path path = folder_ / "a";
  AtomicFile file(path);
  inject_write_failure([](int64_t n) { return n == 0; });
  EXPECT_THROW(file.write(as_bytes("x")), Error);
  EXPECT_EQ(count_files(), 0) << "the space is given back at once";
  EXPECT_THROW(file.write(as_bytes("y")), Error);
  EXPECT_THROW(file.commit(), Error);
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(Files, ASizeLimitOfTheSystemIsAnError) {
  const Path path = folder_ / "a", log = folder_ / "log";
  write_file(path, "old");
  append_file(log, as_bytes("line 1\n"));
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{5000, 5000};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(1);
    const std::string big(8192, 'x');
    const std::string atomic = error_of([&] { write_file(path, big); });
    const std::string append = error_of([&] { append_file(log, as_bytes(big)); });
    const bool good = atomic == "cannot write (File too large): " + path.string() &&
                      append == "cannot append (File too large): " + log.string();
    ::_exit(good ? 0 : 2);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_EQ(read_text(path), "old");
  EXPECT_EQ(read_text(log), "line 1\n") << "half a line was cut off again";
  EXPECT_EQ(count_files(), 2);
}

TEST_F(Files, AppendingAndCutting) {
  const Path path = folder_ / "log";
  append_file(path, as_bytes("one\n"));
  append_file(path, as_bytes("two\n"));
  EXPECT_EQ(read_text(path), "one\ntwo\n");
  truncate_file(path, 4);
  append_file(path, as_bytes("three\n"));
  EXPECT_EQ(read_text(path), "one\nthree\n");
  EXPECT_EQ(error_of([&] { truncate_file(path, 11); }),
            "cannot cut to 11 bytes: file has 10: " + path.string());
  inject_write_failure([](int64_t) { return true; });
  EXPECT_THROW(append_file(path, as_bytes("x")), Error);
  EXPECT_THROW(truncate_file(path, 1), Error);
  inject_write_failure({});
  EXPECT_EQ(read_text(path), "one\nthree\n");
}

TEST_F(Files, ALinkMovesInOneStep) {
  write_file(folder_ / "a", "A");
  write_file(folder_ / "b", "B");
  const Path link = folder_ / "best";
  replace_link(link, "a");
  EXPECT_EQ(read_text(link), "A");
  replace_link(link, "b");
  EXPECT_EQ(read_text(link), "B");
  EXPECT_EQ(fs::read_symlink(link), "b");
  for (int step = 0; step < 2; ++step) {  // the link, its rename
    inject_write_failure([&](int64_t n) { return n == step; });
    EXPECT_THROW(replace_link(link, "a"), Error);
    inject_write_failure({});
    EXPECT_EQ(fs::read_symlink(link), "b");
    EXPECT_EQ(count_files(), 3);
  }
}

TEST_F(Files, StaleTemporariesGoAndNothingElse) {
  write_file(folder_ / "a", "A");
  write_file(folder_ / ".hidden.tmp", "mine");
  write_file(folder_ / "b.12-3.tmp", "mine");
  write_file(folder_ / ".state.4711-0.tmp", "stale");
  fs::create_symlink("a", folder_ / ".best.4711-1.tmp");
  AtomicFile living(folder_ / "c");
  EXPECT_EQ(count_files(), 6);
  EXPECT_EQ(remove_stale_temporaries(folder_), 2);
  EXPECT_TRUE(fs::exists(folder_ / ".hidden.tmp"));
  EXPECT_TRUE(fs::exists(folder_ / "b.12-3.tmp"));
  living.commit();
  EXPECT_THROW(remove_stale_temporaries(folder_ / "missing"), Error);
}

TEST_F(Files, ALockIsRefusedInTheSameProcess) {
  const Path path = folder_ / "lock";
  EXPECT_FALSE(is_locked(path));
  {
    const FileLock lock(path);
    EXPECT_TRUE(is_locked(path));
    EXPECT_EQ(error_of([&] { FileLock second(path); }),
              "in use by process " + std::to_string(::getpid()) + ": " + path.string());
    EXPECT_TRUE(is_locked(path)) << "neither the question nor the refusal disturbed it";
  }
  EXPECT_FALSE(is_locked(path));
  const FileLock again(path);
}

TEST_F(Files, ALockIsRefusedToAnotherProcessAndFreeAfterKill9) {
  const Path path = folder_ / "lock";
  std::unique_ptr<FileLock> held;
  Child child([&] { held = std::make_unique<FileLock>(path); });
  ASSERT_TRUE(child.ready());
  EXPECT_TRUE(is_locked(path));
  EXPECT_EQ(error_of([&] { FileLock mine(path); }),
            "in use by process " + std::to_string(child.pid()) + ": " + path.string());
  child.kill();
  EXPECT_FALSE(is_locked(path));
  const FileLock mine(path);
  EXPECT_TRUE(is_locked(path));
}

TEST_F(Files, AskingForALockNeverRefusesItToAnother) {
  const Path path = folder_ / "lock";
  { const FileLock create(path); }
  const pid_t asker = ::fork();
  if (asker == 0) {
    for (;;) is_locked(path);
  }
  for (int i = 0; i < 2000; ++i) EXPECT_NO_THROW(FileLock lock(path));
  ::kill(asker, SIGKILL);
  ::waitpid(asker, nullptr, 0);
}

TEST(FilesInjection, CountsEachSystemWriteFromZero) {
  const Path path = fs::temp_directory_path() / ("gannet-inject-" + std::to_string(::getpid()));
  std::vector<int64_t> seen;
  inject_write_failure([&](int64_t n) {
    seen.push_back(n);
    return false;
  });
  write_file(path, "text");
  inject_write_failure({});
  write_file(path, "text");
  fs::remove(path);
  EXPECT_EQ(seen, (std::vector<int64_t>{0, 1, 2, 3}));  // write, flush, rename, folder
}

}  // namespace
}  // namespace gannet
