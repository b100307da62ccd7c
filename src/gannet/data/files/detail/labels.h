// Labels of samples from dataset.json, or from sub-folders as classes. Those of a table are in
// label_table.h; collection_labels.h chooses between them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gannet/data/files/items.h"
#include "gannet/data/kind.h"
#include "gannet/data/source_options.h"

namespace gannet {

// The index of the dataset.json that labels the items: in the folder that holds all of them, or in
// one around it. `names`: in natural order.
std::optional<size_t> find_dataset_json(const std::vector<std::string>& names,
                                        const SampleItems& items);

struct DatasetJson {
  std::string root;  // the folder it lies in, with its '/': paths in it are below
  SampleLabels labels;
};

struct LabelOptions {
  std::string labels = "auto";  // FileOptions::labels
  DataKind kind = DataKind::image;
  PairLayout layout = PairLayout::single;
  std::string split_root;  // Split::root
};

struct Labels {
  SampleItems items;  // with their labels; those without one are problems instead
  std::vector<std::string> classes;
  int64_t attributes = 0;       // values a sample
  std::vector<Column> columns;  // what they are; empty: not said
  std::vector<FileProblem> problems;
  std::optional<Decision> decision;
  std::vector<Decision> further = {};  // what was left out or forgiven
};

// Labels by `json` where there is one, else by sub-folders that hold most of the items (pairs in
// two folders: not at all). Throws UsageError where --labels folders does not find two.
Labels label(SampleItems items, const std::optional<DatasetJson>& json,
             const LabelOptions& options);

}  // namespace gannet
