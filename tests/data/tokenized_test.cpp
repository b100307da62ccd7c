// Captions as tokens.
#include "gannet/data/transforms/tokenized.h"

#include <gtest/gtest.h>

#include "gannet/base/error.h"
#include "gannet/data/registry.h"
#include "support/memory_dataset.h"

namespace gannet {
namespace {

std::shared_ptr<const Dataset> said(std::vector<std::string> captions) {
  const auto n = static_cast<int64_t>(captions.size());
  return std::make_shared<test::MemoryDataset>(
      test::data_info({2}), n,
      [captions](int64_t i, Sample& s) { s.caption = captions[static_cast<size_t>(i)]; });
}

TEST(Captions, BecomeTokensThatGiveThemBack) {
  const auto data = with_tokens(said({"a red star", "a blue star", "a star"}), {});
  const DatasetInfo& shape = data->info();
  EXPECT_EQ(shape.vocabulary, shape.tokenizer->size());
  Sample sample;
  int64_t longest = 0;
  for (int64_t i = 0; i < 3; ++i) {
    data->get(i, sample);
    ASSERT_EQ(static_cast<int64_t>(sample.tokens.size()), shape.tokens);
    EXPECT_EQ(shape.tokenizer->decode(sample.tokens), sample.caption);
    longest = std::max<int64_t>(
        longest, std::ranges::count_if(sample.tokens, [](int64_t t) { return t != 0; }));
  }
  EXPECT_EQ(2 * longest, shape.tokens);
  EXPECT_TRUE(data->warnings().empty());
}

TEST(Captions, AreTheSameTokensEachTime) {
  SourceOptions options;
  options.limit = 300;
  const auto open = [&] { return with_tokens(open_dataset("shapes", options), {}); };
  const auto a = open(), b = open();
  EXPECT_EQ(*a->info().tokenizer, *b->info().tokenizer);
  EXPECT_EQ(a->info().tokens, b->info().tokens);
  EXPECT_EQ(a->hash(), open_dataset("shapes", options)->hash());
}

TEST(Captions, ThatAreTooLongAreCutAndThatIsSaid) {
  const auto data = with_tokens(said({"abc def ghi", "x", ""}), {.vocabulary = 258, .length = 5});
  EXPECT_EQ(data->info().tokens, 5);
  Sample sample;
  data->get(0, sample);
  EXPECT_EQ(data->info().tokenizer->decode(sample.tokens), "abc ");
  EXPECT_EQ(data->warnings(),
            (std::vector<std::string>{
                "1 of 3 samples have no caption",
                "1 of 2 captions are cut after 4 tokens (--text-length)"}));
}

TEST(Captions, MustBeThere) {
  try {
    with_tokens(said({"", ""}), {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "the samples have no captions, and this recipe learns from them: numbers");
  }
}

}  // namespace
}  // namespace gannet
