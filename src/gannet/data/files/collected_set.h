// What sets of images, audio and video from files have in common: names, labels, duplicates, and
// what becomes of bad files.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/data/dataset.h"
#include "gannet/data/files/collection.h"
#include "gannet/formats/checksum.h"

namespace gannet {

// The good samples of a collection; each kind of data adds their decoded values.
struct CollectedSet {
  std::string name;
  DatasetInfo info;
  std::vector<std::string> files;
  std::vector<SampleLabel> labels;
  std::vector<Decision> decisions;

  int64_t size() const { return static_cast<int64_t>(files.size()); }
};

// Moves name, decisions and classes of the collection into the set.
void take_info(Collection& from, CollectedSet& to);

// Adds samples of equal content to the report. digests: of each item, "" where it is bad; content:
// what is equal, as messages name it.
void note_duplicates(const Collection& of, const std::vector<std::string>& digests,
                     std::string_view content, CollectionReport& report);

// Bad files at the start of training: throws ManyErrors naming them, unless they are to be skipped
// and some sample is left; else returns the warnings.
std::vector<std::string> refuse_or_warn(const CollectedSet& set, const CollectionReport& report,
                                        const SourceOptions& options);

// What --bad-files skip would do, as a hint. left: how many samples are good.
std::string skip_text(int64_t left);

// Error::what() without Error::where().
std::string message_without_where(const Error& error);

// A CollectedSet as a Dataset: all but the values.
class CollectedDataset : public Dataset {
 public:
  // `set`: a member of the derived class.
  CollectedDataset(const CollectedSet& set, std::vector<std::string> warnings)
      : set_(set), warnings_(std::move(warnings)) {}

  int64_t size() const override { return set_.size(); }
  const DatasetInfo& info() const override { return set_.info; }
  std::string name() const override { return set_.name; }
  std::string caption(int64_t index) const override;
  std::vector<std::string> captions(int64_t index) const override;
  void draw(int64_t index, const Address& epoch, Sample& into) const override;
  std::vector<Decision> decisions() const override { return set_.decisions; }
  std::vector<std::string> warnings() const override { return warnings_; }
  std::string hash() const override;  // of the content, the class names and the labels

 protected:
  size_t put_label(int64_t index, Sample& into) const;  // returns the index, checked
  // One of several captions, by the epoch's address: for a draw() of the derived class's own.
  void draw_caption(int64_t index, const Address& epoch, Sample& into) const;
  virtual void add_content(Sha256& sum) const = 0;

 private:
  void add_labels(Sha256& sum) const;

  const CollectedSet& set_;
  std::vector<std::string> warnings_;
  mutable std::once_flag hashed_;
  mutable std::string hash_;
};

}  // namespace gannet
