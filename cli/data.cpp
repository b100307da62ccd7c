// gannet data list | fetch NAME | show SRC | check SRC
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "cli/commands.h"
#include "cli/source.h"
#include "gannet/base/error.h"
#include "gannet/base/files.h"
#include "gannet/data/fetch.h"
#include "gannet/data/label_grid.h"
#include "gannet/formats/png.h"

namespace gannet::cli {
namespace {

struct NoOptions : Fields {
  void fields(FieldVisitor&) override {}
};

int list(const Arguments& arguments) {
  NoOptions options;
  if (!parse({.program = "gannet data list",
              .summary = "The built-in data sets: what --data takes besides files.",
              .groups = {{"Options", &options}}},
             arguments)) {
    return 0;
  }
  std::vector<std::vector<std::string>> rows = {{"name", "samples", "", "licence", ""}};
  for (const BuiltIn& set : built_in_sets()) {
    const char* here = !set.needs_fetch ? "built in" : is_fetched(set) ? "fetched" : "to fetch";
    rows.push_back({set.name, std::to_string(set.size), here, set.licence, set.summary});
  }
  print(table(rows) + "\n`gannet data fetch NAME` brings what is to fetch; it is kept in " +
        data_folder() + ".\n");
  return 0;
}

struct ShowOptions : SourceFields {
  std::string out, grid = "16x10";
  void fields(FieldVisitor& visitor) override {
    visitor.field("out", out, {.help = "the picture; without: NAME.png in this folder"});
    visitor.field("grid", grid, {.help = "most columns x rows"});
    visitor.field("seed", source.seed, {.help = "seed of a set that is drawn"});
    SourceFields::fields(visitor);
  }
};

struct FetchOptions : Fields {
  int64_t count = -1, size = -1, seed = -1;
  std::string style, label;
  void fields(FieldVisitor& visitor) override {
    constexpr auto most = 10'000'000;
    visitor.field("count", count,
                  {.help = "dicebear, banknotes: how many to draw",
                   .min = 1,
                   .max = most,
                   .automatic = true});
    visitor.field("style", style, {.help = "dicebear: avataaars, personas or big-smile"});
    visitor.field("label", label, {.help = "syllables: tone or speaker is the class"});
    visitor.field("size", size,
                  {.help = "side of pictures that are drawn",
                   .unit = "pixels",
                   .min = 8,
                   .max = 512,
                   .automatic = true});
    visitor.field("seed", seed,
                  {.help = "dicebear, banknotes: another seed draws others",
                   .min = 0,
                   .max = most,
                   .automatic = true});
  }
  std::map<std::string, std::string> given() const {
    std::map<std::string, std::string> all;
    for (const auto& [name, value] : {std::pair{"count", count}, {"size", size}, {"seed", seed}})
      if (value >= 0) all[name] = std::to_string(value);
    if (!style.empty()) all["style"] = style;
    if (!label.empty()) all["label"] = label;
    return all;
  }
};

int fetch(const Arguments& arguments) {
  FetchOptions options;
  std::vector<std::string> name;
  if (!parse({.program = "gannet data fetch",
              .summary =
                  "Brings or makes a built-in set that is not part of the program, and checks it.",
              .groups = {{"Options", &options}},
              .positionals = {{"NAME", "one that `gannet data list` shows", &name}},
              .footer = "Example: gannet data fetch dicebear --count 5000"},
             arguments)) {
    return 0;
  }
  gannet::fetch(name[0], options.given());
  print(data_folder() + "/" + name[0] + "\n");
  return 0;
}

int show(const Arguments& arguments) {
  ShowOptions options;
  std::vector<std::string> source;
  if (!parse({.program = "gannet data show",
              .summary = "Draws samples with their labels into a PNG, and prints its path.",
              .groups = {{"Options", &options}},
              .positionals = {{"SRC", "a built-in name or a file", &source}},
              .footer = "Example: gannet data show shapes --grid 8x4 --out shapes.png"},
             arguments)) {
    return 0;
  }
  const Grid grid = parse_grid(options.grid, "--grid");
  const std::unique_ptr<Dataset> data = open_dataset(source[0], options.source);
  const std::string out = options.out.empty() ? data->name() + ".png" : options.out;
  write_file(out, write_png(label_grid(*data, grid.rows, grid.columns)));
  print(out + "\n");
  return 0;
}

// What one pass over all samples finds.
struct Findings {
  double low = INFINITY, high = -INFINITY, sum = 0, count = 0;
  std::map<int64_t, int64_t> labels;
  int64_t constant = 0, repeated = 0;
};

Findings examine(const Dataset& data) {
  Findings found;
  std::set<size_t> seen;
  Sample sample;
  for (int64_t i = 0; i < data.size(); ++i) {
    data.get(i, sample);
    const auto [low, high] = std::ranges::minmax_element(sample.values);
    for (const float value : sample.values) {
      if (!std::isfinite(value)) {
        throw Error("sample " + std::to_string(i) + " has a value that is not a finite number",
                    data.name());
      }
      found.sum += value;
    }
    found.low = std::min<double>(found.low, *low);
    found.high = std::max<double>(found.high, *high);
    found.count += static_cast<double>(sample.values.size());
    found.constant += sample.values.size() > 1 && *low == *high;
    const std::string_view bytes(reinterpret_cast<const char*>(sample.values.data()),
                                 sample.values.size() * sizeof(float));
    found.repeated += !seen.insert(std::hash<std::string_view>()(bytes)).second;
    if (data.shape().classes_count() > 0) ++found.labels[sample.label];
  }
  return found;
}

std::string report(const Dataset& data, const Findings& found) {
  const auto number = [](double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return std::string(text);
  };
  std::vector<std::vector<std::string>> rows = {
      {"name", data.name()},
      {"samples", std::to_string(data.size())},
      {"shape", to_string(data.shape().dims)},
      {"values", number(found.low) + " to " + number(found.high) + ", mean " +
                     number(found.sum / found.count)},
      {"of one value", std::to_string(found.constant)},
      {"repeated", std::to_string(found.repeated)},
      {"content", data.hash()}};
  for (const auto& [label, count] : found.labels) {
    rows.push_back(
        {"class " + std::to_string(label), data.shape().classes.at(static_cast<size_t>(label)) +
                                               ", " + std::to_string(count) + " samples"});
  }
  return table(rows);
}

int check(const Arguments& arguments) {
  SourceFields options;
  std::vector<std::string> source;
  if (!parse({.program = "gannet data check",
              .summary = "Reads every sample: sizes, range, classes, repetitions.",
              .groups = {{"Options", &options}},
              .positionals = {{"SRC", "a built-in name or a file", &source}}},
             arguments)) {
    return 0;
  }
  const std::unique_ptr<Dataset> data = open_dataset(source[0], options.source);
  print(report(*data, examine(*data)));
  return 0;
}

}  // namespace

int run_data(const Arguments& arguments) {
  constexpr Command commands[] = {
      {"list", "the built-in sets", list},
      {"fetch", "bring a built-in set that is not part of the program", fetch},
      {"show", "draw samples into a picture", show},
      {"check", "read every sample and sum up", check}};
  return dispatch("gannet data", "Data sets: what --data names.", commands, arguments);
}

}  // namespace gannet::cli
