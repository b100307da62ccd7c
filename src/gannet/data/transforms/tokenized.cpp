#include "gannet/data/transforms/tokenized.h"

#include <algorithm>
#include <iterator>

#include "gannet/base/error.h"

namespace gannet {
namespace {

class Tokenized : public Dataset {
 public:
  Tokenized(std::shared_ptr<const Dataset> data, TextLimits limits)
      : data_(std::move(data)), info_(data_->info()) {
    const std::vector<std::string> captions = all_captions();
    const auto count = static_cast<int64_t>(captions.size());
    const auto tokenizer = std::make_shared<const Tokenizer>(Tokenizer::learn(
        count, [&](int64_t i) { return captions[static_cast<size_t>(i)]; }, limits.vocabulary));
    int64_t longest = 0;
    for (const std::string& caption : captions) {
      const auto length = static_cast<int64_t>(tokenizer->encode(caption).size()) + 1;
      longest = std::max(longest, length);
      cut_ += length > limits.length;
    }
    if (none_ == data_->size())
      throw Error("the samples have no captions, and this recipe learns from them", data_->name(),
                  "a dataset.json with captions beside the images, or --data shapes");
    info_.tokenizer = tokenizer;
    info_.vocabulary = tokenizer->size();
    info_.tokens = std::min(2 * longest, limits.length);
  }

  int64_t size() const override { return data_->size(); }
  const DatasetInfo& info() const override { return info_; }
  void get(int64_t index, Sample& into) const override {
    data_->get(index, into);
    into.tokens = info_.tokenizer->sentence(into.caption, info_.tokens);
  }
  void draw(int64_t index, const Address& epoch, Sample& into) const override {
    data_->draw(index, epoch, into);
    into.tokens = info_.tokenizer->sentence(into.caption, info_.tokens);
  }
  std::string caption(int64_t index) const override { return data_->caption(index); }
  std::vector<std::string> captions(int64_t index) const override {
    return data_->captions(index);
  }
  std::string hash() const override { return data_->hash(); }
  std::string name() const override { return data_->name(); }
  std::vector<Decision> decisions() const override { return data_->decisions(); }

  std::vector<std::string> warnings() const override {
    std::vector<std::string> all = data_->warnings();
    const std::string of_all = " of " + std::to_string(data_->size()) + " samples ";
    if (none_ > 0) all.push_back(std::to_string(none_) + of_all + "have no caption");
    if (cut_ > 0)
      all.push_back(std::to_string(cut_) + " of " + std::to_string(captions_) +
                    " captions are cut after " + std::to_string(info_.tokens - 1) +
                    " tokens (--text-length)");
    return all;
  }

 private:
  // Of all samples, in their order; "" of one without.
  std::vector<std::string> all_captions() {
    std::vector<std::string> all;
    for (int64_t i = 0; i < data_->size(); ++i) {
      std::vector<std::string> some = data_->captions(i);
      none_ += some.empty();
      captions_ += static_cast<int64_t>(some.size());
      if (some.empty()) some.emplace_back();
      std::ranges::move(some, std::back_inserter(all));
    }
    return all;
  }

  std::shared_ptr<const Dataset> data_;
  DatasetInfo info_;
  int64_t none_ = 0, cut_ = 0, captions_ = 0;
};

}  // namespace

std::shared_ptr<const Dataset> with_tokens(std::shared_ptr<const Dataset> data, TextLimits limits) {
  return std::make_shared<Tokenized>(std::move(data), limits);
}

}  // namespace gannet
