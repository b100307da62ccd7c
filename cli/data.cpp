// gannet data list | fetch NAME | show SRC | pack SRC OUT, and check (data_check.cpp)
#include <filesystem>

#include "cli/commands.h"
#include "cli/source.h"
#include "cli/threads.h"
#include "gannet/base/error.h"
#include "gannet/base/files.h"
#include "gannet/data/files/file_tree.h"
#include "gannet/data/prepare/fetch.h"
#include "gannet/data/prepare/pack.h"
#include "gannet/data/preview.h"
#include "gannet/data/registry.h"
#include "gannet/formats/png.h"

namespace gannet::cli {
namespace {

struct NoOptions : Fields {
  void fields(FieldVisitor&) override {}
};

// Where sets are kept; "" where the system says no folder for them.
std::string folder_or_none() {
  try {
    return data_folder();
  } catch (const Error&) {
    return "";
  }
}

int list(const Arguments& arguments) {
  NoOptions options;
  if (!parse(
          {.program = "gannet data list",
           .summary = "Data sets by name, built in or to fetch: what --data takes besides files.",
           .groups = {{"Options", &options}}},
          arguments)) {
    return 0;
  }
  std::vector<std::vector<std::string>> rows = {{"name", "samples", "", "licence", ""}};
  const std::string folder = folder_or_none();
  for (const BuiltInSet& set : built_in_sets()) {
    const std::string here = !set.needs_fetch                     ? "built in"
                             : !folder.empty() && is_fetched(set) ? "fetched"
                                                                  : "to fetch, " + set.download;
    rows.push_back({set.name, std::to_string(set.size), here, set.licence, set.summary});
  }
  print(table(rows) + "\n`gannet data fetch NAME` brings what is to fetch; it is kept in " +
        (folder.empty() ? "a folder that `export GANNET_DATA=FOLDER` names (HOME is not set)"
                        : folder) +
        ".\n--data takes these names, and NAME/PART for a part of a set.\n");
  return 0;
}

struct ShowOptions : SourceFields {
  std::string out, grid = "16x10";
  void fields(FieldVisitor& visitor) override {
    visitor.field("out", out, {.help = "output image; default: NAME.png"});
    visitor.field("grid", grid, {.help = "columns x rows, at most"});
    visitor.field("seed", source.seed, {.help = "seed of a synthetic set"});
    SourceFields::fields(visitor);
  }
};

struct FetchOptions : Fields {
  int64_t count = -1, size = -1, seed = -1;
  std::string style, label;
  void fields(FieldVisitor& visitor) override {
    constexpr auto most = 10'000'000;
    visitor.field("count", count,
                  {.help = "dicebear, banknotes: number of samples",
                   .min = 1,
                   .max = most,
                   .automatic = true});
    visitor.field("style", style, {.help = "dicebear: avataaars, personas or big-smile"});
    visitor.field("label", label, {.help = "syllables: tone or speaker is the class"});
    visitor.field("size", size,
                  {.help = "side of rendered images",
                   .unit = "pixels",
                   .min = 8,
                   .max = 512,
                   .automatic = true});
    visitor.field("seed", seed,
                  {.help = "dicebear, banknotes: seed of the samples",
                   .min = 0,
                   .max = most,
                   .automatic = true});
  }
  std::map<std::string, std::string> settings() const {
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
              .summary = "Fetches or generates a set that is not part of the program, and "
                         "checks it.",
              .groups = {{"Options", &options}},
              .positionals = {{"NAME", "a set that `gannet data list` has to fetch", &name}},
              .footer = "Example: gannet data fetch dicebear --count 5000"},
             arguments)) {
    return 0;
  }
  gannet::fetch(name[0], options.settings());
  print(data_folder() + "/" + name[0] + "\n");
  return 0;
}

int show(const Arguments& arguments) {
  ShowOptions options;
  std::vector<std::string> source;
  if (!parse({.program = "gannet data show",
              .summary = "Writes samples with their labels as a PNG, and prints its path.",
              .groups = {{"Options", &options}},
              .positionals = {{"SRC", "what --data takes", &source}},
              .footer = "Example: gannet data show shapes --grid 8x4 --out shapes.png"},
             arguments)) {
    return 0;
  }
  const Grid grid = parse_grid(options.grid, "--grid");
  options.source.threads = chosen_threads();
  const std::unique_ptr<Dataset> data = open_dataset(source[0], options.source);
  for (const std::string& warning : data->warnings()) warn(warning);
  const std::string out = options.out.empty() ? data->name() + ".png" : options.out;
  write_file(out, write_png(preview(*data, grid.rows, grid.columns)));
  print(out + "\n");
  return 0;
}

struct PackOptions : SourceFields {
  ImageSize size = -1;
  bool overwrite = false;
  void fields(FieldVisitor& visitor) override {
    visitor.field("size", size,
                  {.help = "side of the packed images or WIDTHxHEIGHT, as --image-size",
                   .unit = "pixels",
                   .min = 4,
                   .max = 1024,
                   .automatic = true});
    visitor.field("overwrite", overwrite, {.help = "OUT may be there already"});
    SourceFields::fields(visitor);
  }
};

int pack(const Arguments& arguments) {
  PackOptions options;
  std::vector<std::string> source, zip;
  if (!parse({.program = "gannet data pack",
              .summary = "Writes a set of images, audio or videos as a zip of one size, with its "
                         "labels, or images as one array without.",
              .groups = {{"Options", &options}},
              .positionals = {{"SRC", "what --data takes", &source},
                              {"OUT", "a .zip, .npy or .npz", &zip}},
              .footer = "Example: gannet data pack photos cats.zip --size 64"},
             arguments)) {
    return 0;
  }
  const std::string& out = zip[0];
  const bool array = out.ends_with(".npy") || out.ends_with(".npz");
  if (!array && !is_zip_name(out))
    throw UsageError("expected a name that ends in .zip, .npy or .npz", out);
  if (!options.overwrite && std::filesystem::exists(out))
    throw Error("is there already", out, "--overwrite replaces it");
  if (options.size > 0) options.source.image_size = options.size;
  options.source.threads = chosen_threads();
  const std::unique_ptr<Dataset> data = open_dataset(source[0], options.source);
  for (const std::string& warning : data->warnings()) warn(warning);
  array ? pack_array(*data, out) : gannet::pack(*data, out);
  std::string text;
  for (const Decision& d : data->decisions())
    text += d.name + " = " + d.value + ": " + d.reason + "\n";
  print(text + out + ": " + std::to_string(data->size()) + " samples of " +
        to_string(data->info().dims) + "\n");
  return 0;
}

}  // namespace

int run_data(const Arguments& arguments) {
  constexpr Command commands[] = {
      {"list", "the sets that have a name", list},
      {"fetch", "get a set that is not part of the program", fetch},
      {"show", "samples and labels as an image", show},
      {"check", "read every sample and report", check_data},
      {"pack", "a zip of samples of one size, or an array of images", pack}};
  return dispatch("gannet data", "Data sets: what --data names.", commands, arguments);
}

}  // namespace gannet::cli
