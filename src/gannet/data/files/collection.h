// Folders and zips of the user's files: which samples there are and what is wrong with any of them,
// by names and labels alone. What each kind of sample is made of comes after: images.h, sounds.h,
// clips.h. A single bad file never throws: it is in the report.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/data/dataset.h"
#include "gannet/data/files/file_tree.h"
#include "gannet/formats/checksum.h"
#include "gannet/formats/dataset_json.h"

namespace gannet {

// What the samples are: an image, an audio clip, or the images of a folder one after the other.
enum class Medium { images, audio, video };
std::string_view plural(Medium medium);  // "images", ...

struct Finding {
  std::string file, what;
};

struct CollectionReport {
  std::string kind;                 // "images", "pairs of two folders", "pairs side by side", ...
  int64_t samples = 0;              // found, good or bad
  std::vector<Finding> problems;    // cannot be learned from, by name
  std::vector<Finding> duplicates;  // the content of one before; learned from all the same
  std::vector<std::string> others;  // files that are none of these, and were passed over
  std::map<std::string, int64_t> formats;  // "png", "jpeg", "webp", "wav", "flac", "ogg"
};

// One sample before it is decoded.
struct CollectedItem {
  struct File {
    size_t tree = 0, index = 0;
  };
  std::string name;  // of the file, of a video the folder, as messages name it
  File real;
  std::optional<File> input_image;  // the given one of a pair of files
  SampleLabel label;
  std::vector<File> frames = {};  // of a video, by name; `real` is the first
};

struct Collection {
  Medium medium = Medium::images;
  std::string name;  // of the set
  std::vector<std::unique_ptr<FileTree>> trees;
  std::vector<CollectedItem> items;  // sorted by name
  std::vector<std::string> classes;
  int64_t attributes = 0;
  bool captions = false;
  bool side_by_side = false;  // each file is a pair
  std::vector<Decision> decisions;
  CollectionReport report;
};

// What a source holds: videos where --frames asks for them, else images, else audio clips. Throws
// Error where there is nothing of these, and for a dataset.json that does not make sense;
// UsageError for options of another kind of samples.
Collection collect(const std::string& source, const SourceOptions& options);

// Does it name a folder, a zip, or A:B, two of them?
bool names_files(const std::string& source);
// Does SourceOptions::image_size apply: files of images, and what is drawn?
bool takes_image_size(const std::string& source);
std::optional<std::pair<std::string, std::string>> two_sources(const std::string& source);

// The good samples of a collection, decoded; each kind adds what they are made of.
struct CollectedSet {
  std::string name;
  DatasetInfo info;
  std::vector<std::string> files;
  std::vector<SampleLabel> labels;
  std::vector<Decision> decisions;

  int64_t size() const { return static_cast<int64_t>(files.size()); }
};

// Takes over everything but the items; the classes go into its info.
void begin_set(Collection& from, CollectedSet& to);

// Of one item the content's digest, "" where it is bad: notes items of equal content.
void note_duplicates(const Collection& of, const std::vector<std::string>& digests,
                     std::string_view content, CollectionReport& report);

// What training does about the bad files: throws ManyErrors naming them, unless they are to be
// skipped and some sample is left; else returns what the user should add_condition_input.
std::vector<std::string> settle_problems(const CollectedSet& set, const CollectionReport& report,
                                         const SourceOptions& options);

// What an error says without the place that it names.
std::string said(const Error& error);

// A CollectedSet as a Dataset: all but the values.
class CollectedData : public Dataset {
 public:
  CollectedData(const CollectedSet& set, std::vector<std::string> warnings)
      : set_(set), warnings_(std::move(warnings)) {}

  int64_t size() const override { return set_.size(); }
  const DatasetInfo& info() const override { return set_.info; }
  std::string name() const override { return set_.name; }
  std::string caption(int64_t index) const override;
  std::vector<Decision> decisions() const override { return set_.decisions; }
  std::vector<std::string> warnings() const override { return warnings_; }
  std::string hash() const override;  // of the content, the class names and the labels

 protected:
  size_t put_label(int64_t index, Sample& into) const;  // returns the index, checked
  virtual void add_content(Sha256& sum) const = 0;

 private:
  void add_labels(Sha256& sum) const;

  const CollectedSet& set_;  // a member of the class that derives from this
  std::vector<std::string> warnings_;
  mutable std::once_flag hashed_;
  mutable std::string hash_;
};

// The set as training takes it: see images.h, sounds.h and clips.h.
std::unique_ptr<Dataset> open_files(const std::string& source, const SourceOptions& options);

}  // namespace gannet
