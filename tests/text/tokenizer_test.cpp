#include "gannet/text/tokenizer.h"

#include <rapidcheck.h>

#include <nlohmann/json.hpp>

#include "support/formats.h"

namespace gannet {
namespace {

const std::vector<std::string> kCaptions = {
    "a small red circle on a dark background",
    "a large blue star on a light background",
    "an orange ring on a dark background",
};

Tokenizer learnt(const std::vector<std::string>& captions = kCaptions, int64_t vocabulary = 300) {
  return Tokenizer::learn(
      static_cast<int64_t>(captions.size()),
      [&](int64_t i) { return captions[static_cast<size_t>(i)]; }, vocabulary);
}

std::string random_text(unsigned seed, size_t length) {
  const Bytes bytes = random_bytes(length, seed);
  std::string text;
  for (const std::byte b : bytes)  // half of it looks like captions
    text += static_cast<uint8_t>(b) < 128
                ? kCaptions[0][static_cast<uint8_t>(b) % kCaptions[0].size()]
                : static_cast<char>(b);
  return text;
}

TEST(Tokenizer, MergesTheMostFrequentNeighboursFirst) {
  // "ab" comes 3 times, "bc" twice, "abc" then twice; nothing else comes twice.
  const Tokenizer t = learnt({"abc", "abc", "ab", "x"}, 1000);
  const auto merges = nlohmann::json::parse(t.write())["merges"];
  const int64_t a = Tokenizer::kFirstByte + 'a', c = Tokenizer::kFirstByte + 'c';
  EXPECT_EQ(merges, nlohmann::json({{a, a + 1}, {Tokenizer::kFirstMerge, c}}));
  EXPECT_EQ(t.encode("abc"), std::vector<int64_t>{Tokenizer::kFirstMerge + 1});
  EXPECT_EQ(t.encode("abab"), (std::vector<int64_t>(2, Tokenizer::kFirstMerge)));
}

TEST(Tokenizer, OfEqualPairsTakesTheOneOfSmallerNumbers) {
  const Tokenizer t = learnt({"zy", "ab", "zy", "ab"}, Tokenizer::kFirstMerge + 1);
  EXPECT_EQ(t.encode("ab").size(), 1u);
  EXPECT_EQ(t.encode("zy").size(), 2u);
}

TEST(Tokenizer, HasNoMoreTokensThanAskedFor) {
  EXPECT_EQ(learnt(kCaptions, 270).size(), 270);
  EXPECT_EQ(learnt(kCaptions, 1).size(), Tokenizer::kFirstMerge) << "bytes are always there";
  EXPECT_EQ(Tokenizer::learn(0, nullptr, 300), Tokenizer());
}

TEST(Tokenizer, FrequentWordsAreOnePieceAndUnknownOnesFallIntoBytes) {
  const Tokenizer t = learnt({kCaptions[0], kCaptions[0], kCaptions[1], kCaptions[1]}, 1000);
  EXPECT_EQ(t.encode(kCaptions[0]).size(), 8u) << "a word each";
  EXPECT_EQ(t.encode("Zwölf").size(), 6u) << "a byte each";
  EXPECT_EQ(t.encode("").size(), 0u);
}

TEST(Tokenizer, GivesBackAnyBytes) {
  const Tokenizer t = learnt();
  for (unsigned seed = 0; seed < 300; ++seed) {
    const std::string text = random_text(seed, seed * 3 % 500);
    EXPECT_EQ(t.decode(t.encode(text)), text) << seed;
  }
  std::string all;
  for (int b = 0; b < 256; ++b) all += static_cast<char>(b);
  EXPECT_EQ(t.decode(t.encode(all)), all);
}

TEST(Tokenizer, GivesBackWhateverItLearntFrom) {
  rc::check([](const std::vector<std::string>& texts) {
    const Tokenizer t = learnt(texts, 400);
    for (const std::string& text : texts) RC_ASSERT(t.decode(t.encode(text)) == text);
    RC_ASSERT(Tokenizer::read(t.write(), "a") == t);
  });
}

TEST(Tokenizer, IsAFunctionOfTheSentences) {
  std::vector<std::string> other(kCaptions.rbegin(), kCaptions.rend());
  EXPECT_EQ(learnt(), learnt());
  EXPECT_EQ(learnt(), learnt(other)) << "in any order";
}

TEST(Tokenizer, MergesNeverCrossWordsOrGrowBeyondThem) {
  const std::string word(1000, 'a');
  const Tokenizer t = learnt({word, word, word, word}, 1000);
  for (int64_t token = Tokenizer::kFirstMerge; token < t.size(); ++token)
    EXPECT_LE(t.decode(std::vector<int64_t>{token}).size(), 64u);
  const std::vector<std::string> pairs(50, "red star");
  const Tokenizer p = learnt(pairs, 1000);
  EXPECT_EQ(p.encode("red star").size(), 2u);
}

TEST(Tokenizer, ALongTextTakesTimeInProportion) {
  const Tokenizer t = learnt();
  const std::string text(1'000'000, 'r');  // one word; were it not cut, a million squared
  EXPECT_EQ(t.decode(t.encode(text)), text);
}

TEST(Tokenizer, SentencesHaveOneLengthAndAnEnd) {
  const Tokenizer t = learnt();
  const std::vector<int64_t> red = t.encode("red"), padded = t.sentence("red", 6);
  ASSERT_EQ(padded.size(), 6u);
  EXPECT_TRUE(std::equal(red.begin(), red.end(), padded.begin()));
  EXPECT_EQ(padded[red.size()], Tokenizer::kEnd);
  EXPECT_EQ(padded.back(), Tokenizer::kPadding);
  EXPECT_EQ(t.decode(padded), "red");
  const std::vector<int64_t> cut = t.sentence("Zwieback", 4);
  EXPECT_EQ(cut.back(), Tokenizer::kEnd);
  EXPECT_EQ(t.decode(cut), "Zwi");
  EXPECT_EQ(t.sentence("", 2), (std::vector<int64_t>{Tokenizer::kEnd, Tokenizer::kPadding}));
}

TEST(Tokenizer, RefusesNumbersThatAreNoTokens) {
  EXPECT_EQ(error_of([] { Tokenizer().decode(std::vector<int64_t>{258}); }),
            "token 258 is not in [2, 258)");
  EXPECT_EQ(error_of([] { Tokenizer().decode(std::vector<int64_t>{-1}); }),
            "token -1 is not in [2, 258)");
}

TEST(Tokenizer, IsReadStrictly) {
  const auto read = [](const std::string& text) {
    return error_of([&] { Tokenizer::read(text, "file"); });
  };
  const auto merges = [&](const std::string& list) {
    return read(R"({"kind": "byte pairs", "merges": )" + list + "}");
  };
  EXPECT_EQ(merges("[]"), "no error");
  EXPECT_EQ(merges("[[2, 3], [258, 258]]"), "no error");
  const std::string what = R"(the tokenizer is not {"kind": "byte pairs", "merges": [...]}: file)";
  for (const char* text : {"", "{", "[]", "{}", "null", R"({"kind": "words", "merges": []})",
                           R"({"kind": "byte pairs", "merges": {}})",
                           R"({"kind": "byte pairs", "merges": [], "more": 1})"})
    EXPECT_EQ(read(text), what) << text;
  for (const char* list : {"[[2]]", "[2, 3]", "[[2, 3, 4]]", "[[1, 2]]", "[[-2, 3]]", "[[2, 258]]",
                           "[[2.5, 3]]", R"([["a", "b"]])", "[[2, 1e300]]"})
    EXPECT_EQ(merges(list), "the tokenizer has a merge 0 that is not of two tokens before it: file")
        << list;
  EXPECT_EQ(merges("[[2, 3], [2, 3]]"), "the tokenizer has its merge 1 twice: file");
  // Each token twice as long as the one before.
  std::string list = "[[2, 2]";
  for (int i = 258; i < 300; ++i) list += ",[" + std::to_string(i) + "," + std::to_string(i) + "]";
  EXPECT_EQ(merges(list + "]"), "the tokenizer has a merge 6 of too many bytes: file");
}

TEST(Tokenizer, RefusesEveryCutAndSurvivesEveryFlip) {
  const std::string text = learnt().write();
  const auto read = [](ByteSpan bytes) { Tokenizer::read(as_text(bytes), "file"); };
  expect_every_cut_is_refused(as_bytes(text), read);
  count_undetected_flips(to_bytes(text), read);
}

}  // namespace
}  // namespace gannet
