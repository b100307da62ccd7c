// Sentences as numbers: byte pair encoding (Gage 1994; Sennrich et al. 2015, arXiv:1508.07909) over
// bytes, as in Radford et al. 2019. Lossless for any bytes: an unknown word becomes known pieces,
// in the end its bytes. Trained on a data set's captions, stored as JSON in model files. Not for
// large corpora.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gannet {

// Limits of a recipe: vocabulary size, and tokens in a sentence.
struct TextLimits {
  int64_t vocabulary = 512, length = 64;
};

class Tokenizer {
 public:
  // Token numbers: padding, the end of a sentence, 256 bytes, then one for each merge.
  static constexpr int64_t kPadding = 0, kEnd = 1, kFirstByte = 2, kFirstMerge = 258;
  static constexpr int64_t kMostTokens = 65536;

  Tokenizer() = default;  // bytes alone

  // Trained on `count` sentences, `sentence(i)`: merges the two neighbours that are the most
  // frequent inside words (of equal ones those of the smaller numbers), until there are
  // `vocabulary` tokens or no two neighbours come twice. A function of the sentences alone. Of more
  // than 200,000 sentences some are skipped, evenly; of more than 50,000 different words the
  // rarest are.
  static Tokenizer learn(int64_t count, const std::function<std::string(int64_t)>& sentence,
                         int64_t vocabulary);

  // As write() made it: {"kind": "byte pairs", "merges": [[a, b], ...]}. Throws Error naming
  // `source` for anything else: other keys, merges of tokens that are not there yet, the same
  // merge twice, tokens of more than 64 bytes.
  static Tokenizer read(std::string_view json, std::string_view source);
  std::string write() const;

  int64_t size() const { return kFirstMerge + static_cast<int64_t>(merges_.size()); }

  std::vector<int64_t> encode(std::string_view text) const;  // its pieces, without an end
  // The text of tokens up to an end, without padding. Throws Error for numbers that are no tokens.
  std::string decode(std::span<const int64_t> tokens) const;

  // Exactly `length` (>= 1) tokens: what fits of the text, an end, padding.
  std::vector<int64_t> sentence(std::string_view text, int64_t length) const;

  bool operator==(const Tokenizer&) const = default;

 private:
  using Pair = std::pair<int64_t, int64_t>;
  void add_merge(Pair pair);
  void encode_word(std::string_view word, std::vector<int64_t>& into) const;
  std::string bytes_of(int64_t token) const;

  std::vector<Pair> merges_;       // of token kFirstMerge + i
  std::map<Pair, int64_t> token_;  // that a pair becomes
};

}  // namespace gannet
