#include "gannet/text/tokenizer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "gannet/base/error.h"

namespace gannet {
namespace {

using nlohmann::json;

constexpr size_t kLongestWord = 64;  // bytes; also of a token. Longer words are cut, so that time
                                     // stays linear in the length of a text
constexpr int64_t kMostSentences = 200'000;
constexpr size_t kMostWords = 50'000;

enum class Kind { space, letter, digit, other };

Kind kind_of(char c) {
  const auto u = static_cast<unsigned char>(c);
  if (u == ' ' || (u >= '\t' && u <= '\r')) return Kind::space;
  if (u >= '0' && u <= '9') return Kind::digit;
  const bool ascii = (u | 0x20) >= 'a' && (u | 0x20) <= 'z';
  return ascii || u >= 0x80 ? Kind::letter : Kind::other;
}

// Calls f with each word: a run of letters, of digits, of other signs or of spaces; one space goes
// with the run after it. All words joined are the text.
template <class F>
void each_word(std::string_view text, const F& f) {
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin;
    if (text[begin] == ' ' && begin + 1 < text.size() && kind_of(text[begin + 1]) != Kind::space)
      ++end;
    const Kind kind = kind_of(text[end]);
    while (end < text.size() && end - begin < kLongestWord && kind_of(text[end]) == kind) ++end;
    f(text.substr(begin, end - begin));
    begin = end;
  }
}

std::vector<int64_t> bytes_as_tokens(std::string_view word) {
  std::vector<int64_t> tokens;
  for (const char c : word) tokens.push_back(Tokenizer::kFirstByte + static_cast<unsigned char>(c));
  return tokens;
}

// A word of the captions: its pieces so far, and how often it comes.
struct Word {
  std::vector<int64_t> pieces;
  int64_t count;
};

std::vector<Word> count_words(int64_t count, const std::function<std::string(int64_t)>& sentence) {
  std::unordered_map<std::string, int64_t> counts;
  const int64_t read = std::min(count, kMostSentences);
  for (int64_t i = 0; i < read; ++i)
    each_word(sentence(i * count / read),
              [&](std::string_view word) { ++counts[std::string(word)]; });
  std::vector<std::pair<std::string, int64_t>> all(counts.begin(), counts.end());
  std::ranges::sort(all, [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  if (all.size() > kMostWords) all.resize(kMostWords);
  std::vector<Word> words;
  for (const auto& [text, n] : all) words.push_back({bytes_as_tokens(text), n});
  return words;
}

class PairCounts {
 public:
  using Pair = std::pair<int64_t, int64_t>;

  void add(const Word& word, int64_t times) {
    for (size_t i = 1; i < word.pieces.size(); ++i)
      counts_[key({word.pieces[i - 1], word.pieces[i]})] += times * word.count;
  }
  // The most frequent pair and its count; of equal ones the smallest.
  std::pair<Pair, int64_t> best() const {
    std::pair<uint64_t, int64_t> found{0, 0};
    for (const auto& [pair, n] : counts_)
      if (n > found.second || (n == found.second && pair < found.first)) found = {pair, n};
    return {{static_cast<int64_t>(found.first >> 32), static_cast<int64_t>(found.first & ~0u)},
            found.second};
  }

 private:
  static uint64_t key(Pair pair) {
    return static_cast<uint64_t>(pair.first) << 32 | static_cast<uint64_t>(pair.second);
  }
  std::unordered_map<uint64_t, int64_t> counts_;
};

// Each pair in turn becomes one token. Returns whether there was any.
bool replace(std::vector<int64_t>& pieces, std::pair<int64_t, int64_t> pair, int64_t token) {
  size_t to = 0;
  for (size_t from = 0; from < pieces.size(); ++to) {
    const bool here =
        from + 1 < pieces.size() && pieces[from] == pair.first && pieces[from + 1] == pair.second;
    pieces[to] = here ? token : pieces[from];
    from += here ? 2 : 1;
  }
  const bool any = to < pieces.size();
  pieces.resize(to);
  return any;
}

bool contains(const std::vector<int64_t>& pieces, std::pair<int64_t, int64_t> pair) {
  for (size_t i = 1; i < pieces.size(); ++i)
    if (pieces[i - 1] == pair.first && pieces[i] == pair.second) return true;
  return false;
}

}  // namespace

Tokenizer Tokenizer::learn(int64_t count, const std::function<std::string(int64_t)>& sentence,
                           int64_t vocabulary) {
  std::vector<Word> words = count_words(count, sentence);
  PairCounts counts;
  for (const Word& word : words) counts.add(word, 1);
  Tokenizer result;
  while (result.size() < std::min(vocabulary, kMostTokens)) {
    const auto [pair, times] = counts.best();
    if (times < 2) break;
    for (Word& word : words) {
      if (!contains(word.pieces, pair)) continue;
      counts.add(word, -1);
      replace(word.pieces, pair, result.size());
      counts.add(word, 1);
    }
    result.add_merge(pair);
  }
  return result;
}

void Tokenizer::add_merge(Pair pair) {
  token_.emplace(pair, size());
  merges_.push_back(pair);
}

Tokenizer Tokenizer::read(std::string_view text, std::string_view source) {
  const auto fail = [&](const std::string& what) {
    throw Error("the tokenizer " + what, std::string(source));
  };
  const json object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object() || object.size() != 2 || !object.contains("merges") ||
      !object.contains("kind") || object["kind"] != "byte pairs" || !object["merges"].is_array())
    fail(R"(is not {"kind": "byte pairs", "merges": [...]})");
  if (object["merges"].size() > static_cast<size_t>(kMostTokens - kFirstMerge))
    fail("has more than " + std::to_string(kMostTokens) + " tokens");
  Tokenizer result;
  std::vector<size_t> lengths(kFirstMerge, 1);  // of tokens in bytes
  for (const json& merge : object["merges"]) {
    const std::string name = "merge " + std::to_string(result.merges_.size());
    const auto known = [&](const json& x) {
      return x.is_number_unsigned() && x.get<uint64_t>() >= kFirstByte &&
             x.get<uint64_t>() < static_cast<uint64_t>(result.size());
    };
    if (!merge.is_array() || merge.size() != 2 || !known(merge[0]) || !known(merge[1]))
      fail("has a " + name + " that is not of two tokens before it");
    const Pair pair{merge[0].get<int64_t>(), merge[1].get<int64_t>()};
    if (result.token_.contains(pair)) fail("has its " + name + " twice");
    lengths.push_back(lengths[pair.first] + lengths[pair.second]);
    if (lengths.back() > kLongestWord) fail("has a " + name + " of too many bytes");
    result.add_merge(pair);
  }
  return result;
}

std::string Tokenizer::write() const {
  json merges = json::array();
  for (const auto& [a, b] : merges_) merges.push_back({a, b});
  return json{{"kind", "byte pairs"}, {"merges", merges}}.dump();
}

void Tokenizer::encode_word(std::string_view word, std::vector<int64_t>& into) const {
  std::vector<int64_t> pieces = bytes_as_tokens(word);
  for (;;) {
    std::pair<const Pair, int64_t> first{{}, size()};  // the merge that was learnt first
    const std::pair<const Pair, int64_t>* next = &first;
    for (size_t i = 1; i < pieces.size(); ++i) {
      const auto found = token_.find({pieces[i - 1], pieces[i]});
      if (found != token_.end() && found->second < next->second) next = &*found;
    }
    if (next == &first) break;
    replace(pieces, next->first, next->second);
  }
  into.insert(into.end(), pieces.begin(), pieces.end());
}

std::vector<int64_t> Tokenizer::encode(std::string_view text) const {
  std::vector<int64_t> tokens;
  each_word(text, [&](std::string_view word) { encode_word(word, tokens); });
  return tokens;
}

std::string Tokenizer::bytes_of(int64_t token) const {
  if (token < kFirstByte || token >= size())
    throw Error("token " + std::to_string(token) + " is not in [" + std::to_string(kFirstByte) +
                    ", " + std::to_string(size()) + ")",
                "");
  if (token < kFirstMerge) return {static_cast<char>(token - kFirstByte)};
  const auto [a, b] = merges_[static_cast<size_t>(token - kFirstMerge)];
  return bytes_of(a) + bytes_of(b);
}

std::string Tokenizer::decode(std::span<const int64_t> tokens) const {
  std::string text;
  for (const int64_t token : tokens) {
    if (token == kEnd) break;
    if (token != kPadding) text += bytes_of(token);
  }
  return text;
}

std::vector<int64_t> Tokenizer::sentence(std::string_view text, int64_t length) const {
  std::vector<int64_t> tokens = encode(text);
  tokens.resize(std::min(tokens.size(), static_cast<size_t>(length - 1)));
  tokens.push_back(kEnd);
  tokens.resize(static_cast<size_t>(length), kPadding);
  return tokens;
}

}  // namespace gannet
