// A data set in memory, of fixed numbers, for tests of the loop: any shape, labels and conditions.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "gannet/data/dataset.h"
#include "gannet/data/loader.h"
#include "support/numbers.h"

namespace gannet::test {

inline DatasetInfo data_info(Shape dims, int64_t classes = 0) {
  DatasetInfo info;
  info.dims = std::move(dims);
  for (int64_t i = 0; i < classes; ++i) info.classes.push_back(std::to_string(i));
  return info;
}

// With captions of six tokens of ten kinds.
inline DatasetInfo with_sentences(DatasetInfo shape) {
  shape.tokens = 6;
  shape.vocabulary = 10;
  return shape;
}

// Sample i has numbers i n, i n + 1, ... of the tag "sample" and label i mod classes; vectors are
// of the bits of i, tokens small numbers.
class MemoryDataset : public Dataset {
 public:
  using Fill = std::function<void(int64_t index, Sample& into)>;
  MemoryDataset(DatasetInfo shape, int64_t size, Fill more = nullptr)
      : info_(std::move(shape)), size_(size), more_(std::move(more)) {}

  int64_t size() const override { return size_; }
  const DatasetInfo& info() const override { return info_; }
  void get(int64_t index, Sample& into) const override {
    const int64_t n = count(info_.dims);
    const uint32_t tag = test::hash("sample");
    into.values.resize(n);
    for (int64_t k = 0; k < n; ++k)
      into.values[k] = static_cast<float>(number(tag, static_cast<uint32_t>(index * n + k)));
    into.label = info_.classes.empty() ? -1 : index % info_.classes_count();
    into.attributes.resize(static_cast<size_t>(info_.attributes));
    for (size_t k = 0; k < into.attributes.size(); ++k)  // its bits
      into.attributes[k] = static_cast<float>(index >> k & 1);
    into.tokens.assign(info_.tokens, 0);  // of various lengths, then padding
    for (int64_t k = 0; k < info_.tokens && k <= index % info_.tokens; ++k)
      into.tokens[k] = 1 + (3 * index + k) % (info_.vocabulary - 1);
    if (more_) more_(index, into);
  }
  std::string hash() const override { return "sha256:of numbers"; }
  std::string name() const override { return "numbers"; }

 private:
  DatasetInfo info_;
  int64_t size_;
  Fill more_;
};

}  // namespace gannet::test
