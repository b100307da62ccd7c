// gannet compare A B: were A and B drawn from the same distribution?
#include "gannet/tools/compare.h"

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/device.h"
#include "cli/format.h"
#include "cli/source.h"
#include "cli/threads.h"
#include "gannet/base/error.h"
#include "gannet/base/files.h"
#include "gannet/formats/png.h"
#include "gannet/tensor/batch.h"

namespace gannet::cli {
namespace {

struct CompareFields : Fields {
  SourceOptions source;
  std::string split_a = "train", split_b = "train";
  uint64_t seed = 0;
  int64_t limit = 1000, permutations = 999, power = 0, threads = -1;
  std::string device = "auto", out, features = "pixels";
  bool json = false;

  void fields(FieldVisitor& v) override {
    v.field("seed", seed,
            {.help = "of the choice of samples, the classifier and the permutations"});
    v.field("limit", limit,
            {.help = "at most so many samples of each", .unit = "samples", .min = 20, .max = 5000});
    v.field("permutations", permutations,
            {.help = "of the permutation tests: p-values are multiples of 1 / (N + 1)",
             .min = 19,
             .max = 99999});
    v.field("power", power,
            {.help = "also: how often the tests, of as many samples, tell a slightly changed set "
                     "from itself, in so many simulations",
             .min = 0,
             .max = 1000});
    v.field("features", features,
            {.help = "what the tests by distances compare by: pixels (the samples' own values), "
                     "auto, mnist, fashion-mnist, a FILE, as of gannet eval"});
    v.field("out", out,
            {.help = "a PNG of the images by which the classifier tells them apart: A's above, "
                     "B's below"});
    v.field("split-a", split_a, {.help = "part of A", .choices = {"train", "val", "test"}});
    v.field("split-b", split_b, {.help = "part of B", .choices = {"train", "val", "test"}});
    v.field("json", json, {.help = "print one JSON document"});
    v.field("threads", threads,
            {.help = "threads of tensor operators", .min = 1, .max = 1024, .automatic = true});
    device_field(v, device);
    source_fields(v, source);
  }
};

std::string features_of(const Comparison& c) {
  if (!c.features.empty()) return c.features;
  return c.shape.size() == 1 ? "standardized numbers" : "values";
}

std::string as_json(const Comparison& c, const CompareFields& options) {
  nlohmann::ordered_json document;
  document["tests"] = nlohmann::ordered_json::array();
  for (const TwoSampleTest& t : c.tests)
    document["tests"].push_back(
        {{"test", t.test}, {"statistic", t.statistic}, {"p_value", t.p_value}});
  if (!c.power.empty()) {
    nlohmann::ordered_json power = {{"change", c.change},
                                    {"samples", c.power_samples},
                                    {"level", kPowerLevel},
                                    {"simulations", options.power},
                                    {"tests", nlohmann::ordered_json::array()}};
    for (const Power& p : c.power) power["tests"].push_back({{"test", p.test}, {"power", p.share}});
    document["power"] = power;
  }
  document["protocol"] = {{"samples", c.samples},
                          {"of", {c.total_a, c.total_b}},
                          {"shape", c.shape},
                          {"features", features_of(c)},
                          {"same_source", c.same_source},
                          {"notes", c.notes},
                          {"permutations", options.permutations},
                          {"seed", options.seed}};
  if (!c.features.empty()) document["protocol"]["feature_hash"] = c.feature_hash;
  return document.dump(2) + "\n";
}

const char* meaning_of(const std::string& test) {
  if (test == "mmd") return "kernel distance (squared MMD, unbiased); alike: about 0";
  if (test == "energy") return "energy distance; alike: near 0";
  if (test == "1nn") return "share whose nearest neighbour is of the same side; alike: 0.5";
  if (test == "friedman_rafsky")
    return "share of the spanning tree's edges within a side; alike: 0.5";
  return "accuracy of a classifier on new samples; alike: 0.5";
}

std::string power_text(const Comparison& c, int64_t simulations) {
  std::string text = "Power: of " + std::to_string(c.power_samples) + " samples " + c.change +
                     " against as many as they are, in " + std::to_string(simulations) +
                     " simulations, p <= " + number(kPowerLevel, "%.2g") + " in";
  for (const Power& p : c.power) text += " " + number(100 * p.share, "%.0f") + "% (" + p.test + ")";
  return text + ".\n";
}

std::string as_text(const Comparison& c, const CompareFields& options) {
  std::vector<std::vector<std::string>> rows = {{"test", "statistic", "p", ""}};
  bool different = false;
  const double level = 0.01 / static_cast<double>(c.tests.size());  // Bonferroni
  const bool too_few = 1 / static_cast<double>(options.permutations + 1) >= level;
  for (const TwoSampleTest& t : c.tests) {
    rows.push_back(
        {t.test, number(t.statistic, "%.4g"), number(t.p_value, "%.3g"), meaning_of(t.test)});
    different |= t.p_value < level;
  }
  std::string text = table(rows) + "\n" + std::to_string(c.samples) + " samples of each, of " +
                     std::to_string(c.total_a) + " and " + std::to_string(c.total_b) + ", " +
                     to_string(c.shape) + "; " + std::to_string(options.permutations) +
                     " permutations, seed " + std::to_string(options.seed) + ".\n";
  if (!c.features.empty()) text += "Distances are of the features " + c.features + ".\n";
  for (const std::string& note : c.notes) text += note + "\n";
  if (c.same_source) text += "A and B are the same data: two disjoint parts of it were compared.\n";
  if (!c.power.empty()) text += power_text(c, options.power);
  if (too_few)
    return text +
           "With so few permutations no p-value is small enough to tell A from B (0.01 for all "
           "tests "
           "together); "
           "--permutations 999 is the default.\n";
  return text + (different ? "A and B differ: samples of one distribution would look so different "
                             "less than once in a hundred times.\n"
                           : "Nothing here tells A from B.\n");
}

}  // namespace

int run_compare(const Arguments& arguments) {
  CompareFields options;
  std::vector<std::string> a, b;
  if (!parse({.program = "gannet compare",
              .summary = "Two-sample tests: were A and B drawn from the same distribution?",
              .groups = {{"Options", &options}},
              .positionals = {{"A",
                               "samples: .npy, .npz, .csv, an IDX file, a folder or zip of "
                               "images, a built-in set",
                               &a},
                              {"B", "the same", &b}},
              .footer = "Example: gannet compare samples.npy fashion-mnist --split-b test"},
             arguments))
    return 0;
  if (!options.out.empty() && !options.out.ends_with(".png"))
    throw UsageError("expected a name that ends in .png, found '" + options.out + "'", "--out");
  options.threads = chosen_threads(options.threads);
  set_threads(options.threads);
  options.source.threads = options.threads;
  ComparisonRequest request{.a = {a[0], options.source},
                            .b = {b[0], options.source},
                            .seed = options.seed,
                            .limit = options.limit,
                            .permutations = options.permutations,
                            .device = chosen_device(options.device, options.json),
                            .features = options.features,
                            .simulations = options.power,
                            .picture = !options.out.empty()};
  request.a.options.split = options.split_a;
  request.b.options.split = options.split_b;
  const Comparison result = compare_samples(request);
  if (result.surest) write_file(options.out, write_png(*result.surest));
  print(options.json ? as_json(result, options) : as_text(result, options));
  if (!options.json && result.surest)
    print(options.out +
          ": what the classifier is surest of, A's samples in the upper half, B's below\n");
  return 0;
}

}  // namespace gannet::cli
