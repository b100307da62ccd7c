#include <cctype>

#include "gannet/data/files/items.h"
#include "gannet/models/detail/text_warnings.h"
#include "gannet/text/tokenizer.h"

namespace gannet {
namespace {

// "'zwoelf', 'Star' (but 'star')": the text's words that no caption has. Known of a tokenizer that
// ran out of pairs before its vocabulary was full: each word that comes twice is then one token,
// with the space before it or at the front.
std::string unknown_words(const Model& model, const std::string& text) {
  const Tokenizer& tokenizer = *model.info.tokenizer;
  if (tokenizer.size() >= to_json(*model.options)["vocabulary"].get<int64_t>()) return "";
  std::string all, word;
  const auto known = [&](const std::string& of) {
    return tokenizer.encode(of).size() < 2 || tokenizer.encode(" " + of).size() < 2;
  };
  const auto end_word = [&] {
    if (!known(word) && all.find("'" + word + "'") == std::string::npos) {
      all += (all.empty() ? "'" : ", '") + word + "'";
      if (const std::string small = lower_case(word); known(small)) all += " (but '" + small + "')";
    }
    word.clear();
  };
  for (const char c : text)
    if (const auto u = static_cast<unsigned char>(c); std::isalpha(u) || u >= 0x80)
      word += c;
    else
      end_word();
  end_word();
  return all;
}

}  // namespace

std::vector<std::string> text_warnings(const Model& model, const std::string& text) {
  const DatasetInfo& info = model.info;
  if (info.tokens == 0) return {};
  std::vector<std::string> warnings;
  if (const std::string words = unknown_words(model, text); !words.empty())
    warnings.push_back("no caption of the training has " + words +
                       ", which means nothing to this network");
  const auto length = static_cast<int64_t>(info.tokenizer->encode(text).size());
  if (length < info.tokens) return warnings;
  const std::string front = info.tokenizer->decode(info.tokenizer->sentence(text, info.tokens));
  warnings.push_back("the sentence has " + std::to_string(length) + " tokens, this network reads " +
                     std::to_string(info.tokens - 1) + " of them: up to '" + front + "'");
  return warnings;
}

}  // namespace gannet
