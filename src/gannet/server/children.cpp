#include "gannet/server/children.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <system_error>

#include "gannet/base/error.h"

extern char** environ;

namespace gannet::server {
namespace {

[[noreturn]] void fail(int reason) {
  throw Error("cannot start a process (" + std::generic_category().message(reason) + ")", "");
}

constexpr size_t kMostEndings = 1000;

// A file of nobody's, for what a child writes.
int output_file() {
  std::string path = std::filesystem::temp_directory_path() / "gannet-child-XXXXXX";
  const int fd = mkostemp(path.data(), O_CLOEXEC);
  if (fd < 0) fail(errno);
  unlink(path.c_str());
  return fd;
}

int status_of(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

}  // namespace

Children::Children(std::string program, std::function<void(const std::string&)> log)
    : program_(std::move(program)), log_(std::move(log)), reaper_([this] {
        for (;;) {
          {
            const std::lock_guard lock(mutex_);
            if (ends_) return;
          }
          reap();
          std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
      }) {}

void Children::end() {
  const std::lock_guard lock(mutex_);
  if (ends_) return;
  ends_ = true;
  for (const auto& [pid, child] : children_) {
    if (child.ended) continue;
    if (child.name == "check")
      kill(static_cast<pid_t>(pid), SIGKILL);
    else
      log_(child.name + " goes on without the server (process " + std::to_string(pid) + ")");
  }
}

Children::~Children() {
  end();
  reaper_.join();
  for (const auto& [pid, child] : children_) close(child.output);
}

int64_t Children::start(const std::vector<std::string>& arguments, const std::string& name,
                        uint64_t megabytes) {
  std::vector<char*> argv = {const_cast<char*>("gannet")};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const int output = output_file();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_adddup2(&actions, output, 2);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);  // none of the server's sockets
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  pid_t pid = 0;
  const int failed =
      posix_spawn(&pid, program_.c_str(), &actions, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) {
    close(output);
    fail(failed);
  }
  if (megabytes > 0) {
    const rlimit bound = {megabytes << 20, megabytes << 20};
    prlimit(pid, RLIMIT_AS, &bound, nullptr);
  }
  const std::lock_guard lock(mutex_);
  children_[pid] = {.name = name, .output = output};
  std::erase_if(endings_, [&](const Ended& each) { return each.pid == pid; });  // used again
  log_(name + " has begun (process " + std::to_string(pid) + ")");
  return pid;
}

void Children::reap() {
  const std::lock_guard lock(mutex_);
  for (auto at = children_.begin(); at != children_.end();) {
    Child& child = at->second;
    int status = 0;
    if (!child.ended && waitpid(static_cast<pid_t>(at->first), &status, WNOHANG) > 0) {
      child.ended = true;
      child.status = status_of(status);
      child.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
      log_(child.name + " has ended with status " + std::to_string(child.status) + " (process " +
           std::to_string(at->first) + ")");
    }
    if (child.ended && child.forgotten) {
      keep_ending(at->first, child);
      close(child.output);
      at = children_.erase(at);
    } else {
      ++at;
    }
  }
}

void Children::keep_ending(int64_t pid, const Child& child) {
  Complaint complaint = complaint_of(read_output(child.output));
  endings_.push_front({pid, child.name, {child.status, child.signal, std::move(complaint)}});
  if (endings_.size() > kMostEndings) endings_.pop_back();
}

std::optional<Ending> Children::ending(int64_t pid, const std::string& name,
                                       std::chrono::milliseconds most) {
  for (const auto end = std::chrono::steady_clock::now() + most;;) {
    {
      const std::lock_guard lock(mutex_);
      for (const Ended& each : endings_)
        if (each.pid == pid && each.name == name) return each.ending;
      const auto found = children_.find(pid);
      if (found == children_.end() || found->second.name != name) return {};
    }
    if (std::chrono::steady_clock::now() > end) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

std::string Children::read_output(int fd) const {
  std::string text;
  char buffer[65536];
  for (off_t at = 0; text.size() < kMostOutput;) {
    const ssize_t n = pread(fd, buffer, sizeof buffer, at);
    if (n <= 0) break;
    text.append(buffer, static_cast<size_t>(n));
    at += n;
  }
  return text;
}

Outcome Children::wait(int64_t pid, std::chrono::seconds most,
                       const std::function<bool(const std::string&)>& enough) {
  const auto end = std::chrono::steady_clock::now() + most;
  for (;;) {
    Outcome outcome;
    {
      const std::lock_guard lock(mutex_);
      if (ends_) throw HttpError(503, "the server ends", "", {{"Retry-After", "10"}});
      const Child& child = children_.at(pid);
      outcome.ended = child.ended;
      outcome.status = child.status;
      outcome.output = read_output(child.output);
    }
    if (outcome.ended || (enough && enough(outcome.output))) return outcome;
    if (std::chrono::steady_clock::now() > end) {
      kill(static_cast<pid_t>(pid), SIGKILL);
      throw HttpError(503,
                      "it took longer than " + std::to_string(most.count()) + " s and was ended",
                      "", {{"Retry-After", "60"}});
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  }
}

size_t Children::running(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  size_t n = 0;
  for (const auto& [pid, child] : children_) n += !child.ended && child.name.starts_with(name);
  return n;
}

void Children::rename(int64_t pid, const std::string& name) {
  const std::lock_guard lock(mutex_);
  Child& child = children_.at(pid);
  child.name = name;
  if (!child.ended) log_(name + " is process " + std::to_string(pid));
}

void Children::forget_output(int64_t pid) {
  const std::lock_guard lock(mutex_);
  if (const auto found = children_.find(pid); found != children_.end())
    found->second.forgotten = true;
}

Complaint complaint_of(const std::string& output) {
  constexpr std::string_view kError = "gannet: ", kWarning = "gannet: warning: ", kHint = "hint: ";
  Complaint found;
  for (size_t at = 0; at < output.size();) {
    const size_t end = std::min(output.find('\n', at), output.size());
    const std::string line = output.substr(at, end - at);
    at = end + 1;
    if (line.starts_with(kError) && !line.starts_with(kWarning))
      found = {line.substr(kError.size()), ""};
    if (line.starts_with(kHint)) found.hint = line.substr(kHint.size());
  }
  return found;
}

void throw_complaint(const Outcome& outcome, const std::string& what) {
  auto [error, hint] = complaint_of(outcome.output);
  if (error.empty())
    error = what + " ended with status " + std::to_string(outcome.status) + " and no word";
  throw HttpError(422, error, hint);
}

}  // namespace gannet::server
