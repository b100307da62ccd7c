// gannet fool: adversarial examples (FGSM) against a confident classifier.
#include "gannet/tools/fgsm.h"

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/device.h"
#include "cli/format.h"
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
  FgsmRequest request;
  std::string images = "0-5", classifier, out;
  int64_t threads = -1;
  bool json = false;
  void fields(FieldVisitor& v) override {
    v.field("out", out, {.help = "a PNG: each image before, the noise, after"});
    v.field("data", request.data, {.help = "labelled images: a built-in set, a folder or zip"});
    v.field("images", images,
            {.help = "0,1,4-6: numbers in the test split, which the classifier is not trained on"});
    v.field("epsilon", request.epsilon,
            {.help = "largest change of a pixel; 1 is from black to white", .min = 0, .max = 1});
    v.field("classifier", classifier,
            {.help = "the classifier's file, trained and written where there is none; without: one "
                     "in the data folder"});
    v.field("steps", request.steps,
            {.help = "training steps of the classifier", .min = 1, .max = 1e6});
    v.field("limit", request.limit, {.help = "images for the accuracies", .min = 1, .max = 1e6});
    v.field("seed", request.seed,
            {.help = "of the classifier's weights and the order of the data"});
    v.field("json", json, {.help = "print one JSON document"});
    v.field("threads", threads,
            {.help = "threads of tensor operators", .min = 1, .max = 1024, .automatic = true});
    device_field(v, request.device);
    source_fields(v, request.source);
  }
};

std::string percent(double share) { return number(100 * share, "%.1f%%"); }

Image drawn(const FgsmReport& report, double epsilon) {
  const std::string times = number(epsilon > 0 ? 0.5 / epsilon : 0, "noise x%.0f");
  const auto rows = static_cast<int64_t>(report.examples.size());
  Image canvas = blank(3 * kPitch, kGap + kText + rows * (kSide + 2 * kText + kGap), kPaper);
  const std::string heads[] = {"before", times, "after"};
  for (int64_t c = 0; c < 3; ++c)
    draw_text(canvas, c * kPitch + kGap, kGap, heads[static_cast<size_t>(c)], kInk);
  int64_t top = kGap + kText;
  for (const AdversarialExample& f : report.examples) {
    const int64_t scale =
        std::max<int64_t>(1, kSide / std::max(f.original.width, f.original.height));
    int64_t column = 0;
    for (const Image* image : {&f.original, &f.perturbation, &f.perturbed})
      paste(canvas, *image, column++ * kPitch + kGap, top, scale);
    const auto label = [&](int64_t at, const Prediction& p) {
      draw_text(canvas, at * kPitch + kGap, top + kSide + 4, p.label + " " + percent(p.confidence),
                p.label == f.label ? kInk : kWrong);
    };
    label(0, f.before);
    label(2, f.after);
    top += kSide + 2 * kText + kGap;
  }
  return canvas;
}

std::string as_json(const FgsmReport& report, const FoolFields& options) {
  nlohmann::ordered_json document;
  document["images"] = nlohmann::ordered_json::array();
  for (const AdversarialExample& f : report.examples)
    document["images"].push_back({{"image", f.image},
                                  {"class", f.label},
                                  {"before", f.before.label},
                                  {"confidence_before", f.before.confidence},
                                  {"after", f.after.label},
                                  {"confidence_after", f.after.confidence}});
  document["accuracy"] = {{"before", report.accuracy},
                          {"after", report.adversarial_accuracy},
                          {"random_noise", report.random_accuracy},
                          {"images", report.measured}};
  document["protocol"] = {{"data", options.request.data},
                          {"epsilon", options.request.epsilon},
                          {"classifier", report.classifier.string()},
                          {"steps", options.request.steps},
                          {"seed", options.request.seed}};
  return document.dump(2) + "\n";
}

std::string as_text(const FgsmReport& report, const FoolFields& options) {
  std::vector<std::vector<std::string>> rows = {{"image", "is", "before", "", "after", ""}};
  for (const AdversarialExample& f : report.examples)
    rows.push_back({std::to_string(f.image), f.label, f.before.label, percent(f.before.confidence),
                    f.after.label, percent(f.after.confidence)});
  const std::string epsilon = number(options.request.epsilon, "%g");
  return table(rows) + "\nOf " + std::to_string(report.measured) + " images " +
         percent(report.accuracy) + " are classified correctly; after a perturbation of at most " +
         epsilon + " a pixel " + percent(report.adversarial_accuracy) +
         ", after one of the same size with random signs " + percent(report.random_accuracy) +
         ".\nclassifier: " + report.classifier.string() + (report.trained ? " (trained now)" : "") +
         "\n";
}

}  // namespace

int run_fool(const Arguments& arguments) {
  FoolFields options;
  if (!parse(
          {.program = "gannet fool",
           .summary =
               "Adversarial examples: noise too small to see that makes a classifier err (FGSM).",
           .groups = {{"Options", &options}},
           .footer = "Example: gannet fool --images 0-5 --epsilon 0.05 --out fooled.png",
           .not_empty = {"data", "images", "classifier", "out"}},
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
  options.request.device = chosen_device(options.request.device, options.json);
  options.request.source.threads = options.threads;
  const FgsmReport report = fgsm(options.request, [&](const std::string& line) {
    if (!options.json) print(line + "\n");
  });
  if (!options.out.empty())
    write_file(options.out, write_png(drawn(report, options.request.epsilon)));
  print(options.json ? as_json(report, options) : as_text(report, options));
  return 0;
}

}  // namespace gannet::cli
