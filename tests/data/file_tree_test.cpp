// The files of folders and zips: names, links, what is passed over, and starts.
#include "gannet/data/files/file_tree.h"

#include <gtest/gtest.h>

#include "gannet/formats/zip.h"
#include "temporary.h"

namespace gannet {
namespace {

using testing::TemporaryFolder;
using Names = std::vector<std::string>;

void put(const std::string& path, std::string_view text = "x") {
  std::filesystem::create_directories(Path(path).parent_path());
  write_file(path, text);
}

Names lines(const std::vector<FileProblem>& list) {
  Names all;
  for (const FileProblem& entry : list) all.push_back(entry.file + ": " + entry.what);
  return all;
}

TEST(FileTree, NamesAreInNaturalOrderAndNormalFormC) {
  const TemporaryFolder folder;
  for (const char* name :
       {"a10", "a9", "e\xcc\x81", "caf\xe9/1", ".hidden", "__MACOSX/b", "@eaDir/c"})
    put(folder / name, name);
  const auto tree = open_folder(folder.string());
  EXPECT_EQ(tree->names(), (Names{"a9", "a10", "caf\xc3\xa9/1", "\xc3\xa9"}));
  EXPECT_EQ(as_text(tree->read(2, 100)), "caf\xe9/1");
  EXPECT_EQ(as_text(tree->start(1, 2)), "a1");
  EXPECT_EQ(lines(tree->passed_over()),
            (Names{".hidden: hidden files and folders", "@eaDir: hidden files and folders",
                   "__MACOSX: hidden files and folders"}));
}

TEST(FileTree, FollowsLinksToFoldersOnce) {
  const TemporaryFolder folder;
  put(folder / "real/cats/1.png");
  put(folder / "real/dogs/2.png");
  std::filesystem::create_directory_symlink("..", folder / "real/cats/loop");
  std::filesystem::create_directory_symlink("../real", folder / "real/self");
  std::filesystem::create_directories(folder / "links");
  for (const char* name : {"cats", "dogs", "again"})
    std::filesystem::create_directory_symlink(
        std::string("../real/") + (*name == 'a' ? "dogs" : name), folder / "links/" + name);
  EXPECT_EQ(open_folder(folder / "real")->names(), (Names{"cats/1.png", "dogs/2.png"}));
  const auto links = open_folder(folder / "links");
  EXPECT_EQ(links->names(), (Names{"again/2.png", "cats/1.png"}));
  EXPECT_EQ(lines(links->passed_over()), (Names{"dogs: links to folders that are read already",
                                                "cats/loop: links to folders around them"}));
  EXPECT_EQ(open_folder(folder.string())->names(), (Names{"real/cats/1.png", "real/dogs/2.png"}))
      << "what is reached both ways has its own name";
}

TEST(FileTree, LinksThatLeadNowhereAreProblemsOfImages) {
  const TemporaryFolder folder;
  put(folder / "1.png");
  std::filesystem::create_symlink("1.png", folder / "2.png");
  std::filesystem::create_symlink("none", folder / "3.png");
  std::filesystem::create_symlink("none", folder / "latest");
  const auto tree = open_folder(folder.string());
  EXPECT_EQ(tree->names(), (Names{"1.png", "2.png"}));
  EXPECT_EQ(lines(tree->problems()), Names{"3.png: is a link to a file that is not there"});
  EXPECT_EQ(lines(tree->passed_over()), Names{"latest: links that lead nowhere"});
}

TEST(FileTree, OfAZipHasPlainPaths) {
  const TemporaryFolder folder;
  ZipWriter zip(folder / "a.zip");
  for (const char* name : {"set\\cats\\10.png", "./set//cats/9.png", "set/.DS_Store", "../out.png",
                           "/root.png", "a/../../b.png", "set/cats/x/"})
    zip.add(name, as_bytes(name));
  zip.commit();
  const auto tree = open_zip(folder / "a.zip");
  EXPECT_EQ(tree->names(), (Names{"set/cats/9.png", "set/cats/10.png"}));
  EXPECT_EQ(tree->unsafe_names(), (Names{"../out.png", "/root.png", "a/../../b.png"}));
  EXPECT_EQ(lines(tree->passed_over()), Names{"set/.DS_Store: hidden files and folders"});
  EXPECT_EQ(as_text(tree->start(1, 3)), "set");
}

TEST(FileTree, TheLastOfTwoMembersOfOneNameCounts) {
  const TemporaryFolder folder;
  const auto one = as_bytes("one"), two = as_bytes("two");
  write_file(folder / "a.zip", write_zip({{"a", one}, {"b", one}, {"a", two}}));
  const auto tree = open_zip(folder / "a.zip");
  EXPECT_EQ(tree->names(), (Names{"a", "b"}));
  EXPECT_EQ(as_text(tree->read(0, 10)), "two");
  EXPECT_EQ(tree->passed_over().size(), 1u);
}

}  // namespace
}  // namespace gannet
