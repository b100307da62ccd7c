// What there is to train and to train on: recipes with their options, data sets. No torch in here.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/base/options.h"

namespace gannet {

struct RecipeAbout {
  std::string name, paper, summary;
  std::string kind;     // of the samples of its example: "image", "points", "audio", "video"
  std::string example;  // a built-in set that needs no download
};
const std::vector<RecipeAbout>& recipe_abouts();

// The options of a training: those of a run, then the recipe's. data: a built-in set that is there,
// whose preset the values are; "": the paper's. Throws UsageError for an unknown recipe or set.
std::vector<FieldText> recipe_options(const std::string& recipe, const std::string& data = "");

struct DatasetAbout {
  std::string name, summary, kind, licence;
  int64_t samples = 0;
  std::string state;     // "drawn": made by Gannet; "here": fetched; "can be fetched"
  std::string download;  // what fetching it transfers
};
std::vector<DatasetAbout> dataset_abouts();

// Of a built-in set or a part of one; "" for any other.
std::string licence_of_set(const std::string& name);

// Is it the name of a built-in set, or of a part of one (NAME/PART)?
bool is_built_in_set(const std::string& name);

// Some samples of a data set as a PNG (data/preview.h), about n of them. Throws Error for a set
// that is not here or cannot be read.
Bytes dataset_picture(const std::string& source, int64_t n);

// The options of a run by their names, as flags take them: those of the run, then its recipe's.
struct RunSettings {
  std::string recipe;
  std::vector<std::pair<std::string, std::string>> options;
};
RunSettings run_settings(const Path& run);

}  // namespace gannet
