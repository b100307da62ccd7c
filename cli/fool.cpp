// gannet fool: small noise that turns a confident classifier.
#include "gannet/tools/fgsm.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/source.h"
#include "cli/threads.h"
#include "gannet/base/error.h"
#include "gannet/formats/png.h"
#include "gannet/image/font.h"

namespace gannet::cli {
namespace {

constexpr Colour kPaper = {255, 255, 255}, kInk = {40, 40, 40}, kWrong = {190, 30, 30};
constexpr int64_t kSide = 140, kGap = 10, kText = kGlyphHeight + 4;  // pixels
constexpr int64_t kPitch = kSide + 2 * kGap;

struct FoolFields : Fields {
  FoolRequest request;
  std::string images = "0-5", classifier, out;
  int64_t threads = -1;
  bool json = false;
  void fields(FieldVisitor& v) override {
    v.field("out", out, {.help = "a PNG: each image before, the noise, after"});
    v.field("data", request.data, {.help = "labelled images: a built-in set, a folder or zip"});
    v.field("images", images,
            {.help = "0,1,4-6: numbers in the test part, which the classifier never saw"});
    v.field("epsilon", request.epsilon,
            {.help = "how far each pixel may move; 1 is from black to white", .min = 0, .max = 1});
    v.field("classifier", classifier,
            {.help = "a file for the classifier, trained where it is not there; without: one in "
                     "the data folder"});
    v.field("steps", request.steps, {.help = "that the classifier learns", .min = 1, .max = 1e6});
    v.field("limit", request.limit,
            {.help = "images that the accuracies are measured on", .min = 1, .max = 1e6});
    v.field("seed", request.seed,
            {.help = "of the classifier's weights and the order of the data"});
    v.field("json", json, {.help = "print one JSON document"});
    v.field("threads", threads,
            {.help = "threads of tensor operators", .min = 1, .max = 1024, .automatic = true});
    source_fields(v, request.source);
  }
};

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f%%", 100 * share);
  return text;
}

Image drawn(const FoolReport& report, double epsilon) {
  char times[48];
  std::snprintf(times, sizeof times, "noise x%.0f", epsilon > 0 ? 0.5 / epsilon : 0);
  const auto rows = static_cast<int64_t>(report.images.size());
  Image canvas = blank(3 * kPitch, kGap + kText + rows * (kSide + 2 * kText + kGap), kPaper);
  const std::string heads[] = {"before", times, "after"};
  for (int64_t c = 0; c < 3; ++c)
    draw_text(canvas, c * kPitch + kGap, kGap, heads[static_cast<size_t>(c)], kInk);
  int64_t top = kGap + kText;
  for (const Fooled& f : report.images) {
    const int64_t scale =
        std::max<int64_t>(1, kSide / std::max(f.original.width, f.original.height));
    int64_t column = 0;
    for (const Image* image : {&f.original, &f.noise, &f.changed})
      paste(canvas, *image, column++ * kPitch + kGap, top, scale);
    const auto say = [&](int64_t at, const std::string& name, double confidence) {
      draw_text(canvas, at * kPitch + kGap, top + kSide + 4, name + " " + percent(confidence),
                name == f.label ? kInk : kWrong);
    };
    say(0, f.before, f.confidence_before);
    say(2, f.after, f.confidence_after);
    top += kSide + 2 * kText + kGap;
  }
  return canvas;
}

std::string as_json(const FoolReport& report, const FoolFields& options) {
  nlohmann::ordered_json document;
  document["images"] = nlohmann::ordered_json::array();
  for (const Fooled& f : report.images)
    document["images"].push_back({{"image", f.image},
                                  {"class", f.label},
                                  {"before", f.before},
                                  {"confidence_before", f.confidence_before},
                                  {"after", f.after},
                                  {"confidence_after", f.confidence_after}});
  document["accuracy"] = {{"before", report.accuracy},
                          {"after", report.accuracy_after},
                          {"random_noise", report.random_accuracy},
                          {"images", report.measured}};
  document["protocol"] = {{"data", options.request.data},
                          {"epsilon", options.request.epsilon},
                          {"classifier", report.classifier.string()},
                          {"steps", options.request.steps},
                          {"seed", options.request.seed}};
  return document.dump(2) + "\n";
}

std::string in_words(const FoolReport& report, const FoolFields& options) {
  std::vector<std::vector<std::string>> rows = {{"image", "is", "before", "", "after", ""}};
  for (const Fooled& f : report.images)
    rows.push_back({std::to_string(f.image), f.label, f.before, percent(f.confidence_before),
                    f.after, percent(f.confidence_after)});
  char epsilon[32];
  std::snprintf(epsilon, sizeof epsilon, "%g", options.request.epsilon);
  return table(rows) + "\nOf " + std::to_string(report.measured) + " images " +
         percent(report.accuracy) + " are named right; after this noise of at most " + epsilon +
         " a pixel " + percent(report.accuracy_after) + ", after noise of the same size by lot " +
         percent(report.random_accuracy) + ".\nclassifier: " + report.classifier.string() +
         (report.trained ? " (trained now)" : "") + "\n";
}

}  // namespace

int run_fool(const Arguments& arguments) {
  FoolFields options;
  if (!parse({.program = "gannet fool",
              .summary = "Noise too small to see, made so that a classifier errs (FGSM).",
              .groups = {{"Options", &options}},
              .footer = "Example: gannet fool --images 0-5 --epsilon 0.05 --out fooled.png"},
             arguments))
    return 0;
  if (!options.out.empty() && !options.out.ends_with(".png"))
    throw UsageError("expected a name that ends in .png, found '" + options.out + "'", "--out");
  if (options.out.empty() && !options.json)
    throw UsageError("no file: --out is missing", "gannet fool", "--out fooled.png, or --json");
  options.request.images = parse_seeds(options.images, "--images");
  if (options.request.images.size() > 100)
    throw UsageError("expected at most 100 images", "--images");
  options.request.classifier = options.classifier;
  options.threads = chosen_threads(options.threads);
  set_threads(options.threads);
  options.request.source.threads = options.threads;
  const FoolReport report = fool(options.request, [&](const std::string& line) {
    if (!options.json) print(line + "\n");
  });
  if (!options.out.empty())
    write_file(options.out, write_png(drawn(report, options.request.epsilon)));
  print(options.json ? as_json(report, options) : in_words(report, options));
  return 0;
}

}  // namespace gannet::cli
