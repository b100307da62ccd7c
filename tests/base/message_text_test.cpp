// Numbers and lists of names in messages.
#include "gannet/base/message_text.h"

#include <gtest/gtest.h>

namespace gannet {
namespace {

TEST(NumberText, HasSixDigits) {
  EXPECT_EQ(number_text(0.5), "0.5");
  EXPECT_EQ(number_text(65535), "65535");
  EXPECT_EQ(number_text(1.0 / 3), "0.333333");
  EXPECT_EQ(number_text(-1e300), "-1e+300");
}

TEST(NameList, CountsWhatItLeavesOut) {
  EXPECT_EQ(name_list({}, 2), "");
  EXPECT_EQ(name_list({"a", "b"}, 2), "a, b");
  EXPECT_EQ(name_list({"a", "b", "c", "d"}, 2), "a, b and 2 more");
}

}  // namespace
}  // namespace gannet
