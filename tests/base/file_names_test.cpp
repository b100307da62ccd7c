#include "gannet/base/file_names.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace gannet {
namespace {

using Names = std::vector<std::string>;

Names sorted(Names names) {
  std::ranges::sort(names, NaturalLess());
  return names;
}

TEST(NaturalOrder, TakesDigitsForNumbers) {
  const Names names = {"",           "1",           "2",           "10",    "a",
                       "a1b2",       "a1b10",       "a2b1",        "frame", "frame1.png",
                       "frame2.png", "frame02.png", "frame10.png", "t9/x1", "t10/x1",
                       "t10/x02"};
  Names shuffled = names;
  std::ranges::reverse(shuffled);
  EXPECT_EQ(sorted(shuffled),
            (Names{"", "1", "2", "10", "a", "a1b2", "a1b10", "a2b1", "frame", "frame1.png",
                   "frame02.png", "frame2.png", "frame10.png", "t9/x1", "t10/x1", "t10/x02"}));
  EXPECT_TRUE(natural_less("99999999999999999999998", "99999999999999999999999"));
  EXPECT_TRUE(natural_less("00000001", "2"));
}

TEST(NaturalOrder, IsAStrictWeakOrder) {
  rc::check([] {
    const auto text = rc::gen::container<std::string>(rc::gen::elementOf(std::string("01a/")));
    const std::string a = *text, b = *text, c = *text;
    RC_ASSERT(!natural_less(a, a));
    RC_ASSERT(natural_less(a, b) + natural_less(b, a) == (a != b));
    if (natural_less(a, b) && natural_less(b, c)) RC_ASSERT(natural_less(a, c));
  });
}

TEST(DisplayName, IsValidUtf8InNormalFormC) {
  EXPECT_EQ(display_name("plain 1.png"), "plain 1.png");
  EXPECT_EQ(display_name("e\xcc\x81.png"), "\xc3\xa9.png");
  EXPECT_EQ(display_name("\xc3\xa9.png"), "\xc3\xa9.png");
  EXPECT_EQ(display_name("caf\xe9"), "caf\xc3\xa9");
  EXPECT_EQ(display_name("\x80 1"), "\xe2\x82\xac 1");
  EXPECT_EQ(display_name("a\nb\x1b[31m"), "a?b?[31m");
  EXPECT_EQ(display_name("\xe6\x9c\xa8"), "\xe6\x9c\xa8");
}

TEST(DisplayName, IsStableForAnyBytes) {
  rc::check([](const std::string& bytes) {
    const std::string shown = display_name(bytes);
    RC_ASSERT(is_utf8(shown));
    RC_ASSERT(display_name(shown) == shown);
  });
}

TEST(FindPath, FindsWhatIsShownTheSame) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("gannet-names-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder / "caf\xe9" / "e\xcc\x81");
  const auto found = [&](const char* path) { return find_path(folder / path); };
  EXPECT_EQ(found("caf\xc3\xa9/\xc3\xa9"), folder / "caf\xe9" / "e\xcc\x81");
  EXPECT_EQ(found("caf\xe9"), folder / "caf\xe9");
  EXPECT_EQ(found("caf\xc3\xa9/none"), folder / "caf\xc3\xa9/none") << "nothing like it";
  EXPECT_EQ(find_path("plain"), "plain");
  std::filesystem::remove_all(folder);
}

TEST(DisplayName, OfOldZipsIsOfCodePage437) {
  EXPECT_EQ(from_code_page_437("caf\x82 \xe1"), "caf\xc3\xa9 \xc3\x9f");
}

}  // namespace
}  // namespace gannet
