// gannet detect: real or fake?
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/device.h"
#include "cli/format.h"
#include "cli/progress.h"
#include "cli/source.h"
#include "cli/threads.h"
#include "gannet/base/error.h"
#include "gannet/formats/png.h"
#include "gannet/tools/detection_report.h"
#include "gannet/tools/detector.h"

namespace gannet::cli {
namespace {

using Json = nlohmann::ordered_json;
using Kinds = std::map<std::string, KindReport>;

struct DetectFields : Fields {
  DetectorRequest request;
  std::string network, roc;
  int64_t generated = -1, threads = -1;
  bool json = false;

  DetectFields() { request.source.files.value_range = "network"; }
  void fields(FieldVisitor& v) override {
    v.field("network", network,
            {.help = "a network file, or a run; RUN@last, RUN@best, RUN@KIMG; zoo:NAME"});
    v.field("data", request.data,
            {.help = "real images to train on; without: the data of the network's run"});
    v.field("held-out", request.held_out,
            {.help = "real images to calibrate with, which were in no training; without: a quarter "
                     "of --data"});
    v.field("roc", roc, {.help = "a PNG of the ROC curves, where files are labelled"});
    v.field(
        "generated", generated,
        {.help = "samples of the generator to score too (auto: as many as there are real images, "
                 "up to 500, where files are labelled)",
         .min = 0,
         .max = 100000,
         .automatic = true});
    v.field("steps", request.steps,
            {.help = "training steps of the classifier", .min = 1, .max = 1e6});
    v.field("limit", request.limit,
            {.help = "at most so many real images, and as many generated ones, to train on",
             .min = 40,
             .max = 1e6});
    v.field("split", request.source.split,
            {.help = "part of the set", .choices = {"train", "val", "test"}});
    v.field("value-range", request.source.files.value_range,
            {.help = "of images of more than 8 bits, the stored values that become black and "
                     "white; network: those that the network learned from; full: their type's; "
                     "auto: the smallest and largest of a set; or LOW,HIGH"});
    v.field("seed", request.seed, {.help = "of the classifier and of the generator's samples"});
    v.field("json", json,
            {.help = "print one JSON document, with each file (the table has 40 at most)"});
    v.field("threads", threads,
            {.help = "threads of tensor operators", .min = 1, .max = 1024, .automatic = true});
    device_field(v, request.device);
  }
};

std::string score(double value) { return std::isnan(value) ? "-" : number(value, "%.3f"); }

Json as_json(const std::vector<LabelledImage>& images, const Kinds& kinds,
             const Detector::Protocol& p, const DetectFields& options) {
  const auto value = [](double v) { return std::isnan(v) ? Json() : Json(v); };
  Json document;
  document["files"] = Json::array();
  for (const LabelledImage& image : images) {
    if (image.kind == kGeneratedKind) continue;
    Json file = {{"file", image.name},
                 {"probability", image.score.probability},
                 {"p_value", image.score.p_value},
                 {"verdict", detection_verdict(image.score)}};
    if (!image.kind.empty()) file["kind"] = image.kind;
    file["discriminator"] = value(image.score.discriminator);
    file["classifier"] = image.score.classifier;
    document["files"].push_back(file);
  }
  document["kinds"] = Json::array();
  for (const auto& [kind, report] : kinds) {
    Json entry = {{"kind", kind}, {"images", report.images}, {"auc", report.combined.auc}};
    entry["auc_discriminator"] =
        p.discriminator_unusable.empty() ? Json(report.discriminator.auc) : Json();
    entry["auc_classifier"] = report.classifier.auc;
    entry["detection_rate"] = report.detection_rate;
    document["kinds"].push_back(entry);
  }
  document["protocol"] = {{"network", p.network},
                          {"data", p.data},
                          {"held_out", p.held_out},
                          {"trained", {p.trained_real, p.trained_fake}},
                          {"calibrated", {p.calibrated_real, p.calibrated_fake}},
                          {"calibrated_accuracy", p.accuracy},
                          {"classifier_steps", p.steps},
                          {"significance", kSignificance},
                          {"seed", options.request.seed},
                          {"notes", p.notes}};
  return document;
}

std::string kinds_text(const std::vector<LabelledImage>& images, const Kinds& kinds,
                       const Detector::Protocol& p) {
  std::vector<std::vector<std::string>> rows = {
      {"kind", "images", "AUC", "of D", "of the classifier", "detected"}};
  for (const auto& [kind, report] : kinds)
    rows.push_back({kind, std::to_string(report.images), score(report.combined.auc),
                    p.discriminator_unusable.empty() ? score(report.discriminator.auc) : "-",
                    score(report.classifier.auc), number(100 * report.detection_rate, "%.0f%%")});
  const auto real = std::ranges::count(images, kRealKind, &LabelledImage::kind);
  return "\nAgainst " + std::to_string(real) + " real images, " +
         number(100 * detection_rate(images, kRealKind), "%.1f%%") +
         " of which are detected (false positives) at p <= " + number(kSignificance, "%.2g") +
         ":\n" + table(rows) +
         "AUC: how often a fake looks less real than a real image, 0.5 by chance and 1 always; of "
         "both together,\n  of the discriminator, of the classifier. detected: the share with a "
         "p-value up to " +
         number(kSignificance, "%.2g") + ".\n";
}

constexpr size_t kMostRows = 40;
constexpr const char* kColumns =
    "\np-value: the share of real images that look at least as unlike real ones as this one; up to "
    "0.05 it\n  is called fake, which is wrong for 1 real image in 20 at most\n"
    "P(fake): how probable it is that this network drew it, if half of all images are real and "
    "half "
    "its own\n"
    "D: minus the discriminator's logit; classifier: log of P(fake) / P(real) by the classifier "
    "trained\n  here. Of both, larger is more like a fake.\n";

std::string as_text(const std::vector<LabelledImage>& images, const Kinds& kinds,
                    const Detector::Protocol& p) {
  std::vector<const LabelledImage*> listed;
  for (const LabelledImage& image : images)
    if (image.kind != kGeneratedKind) listed.push_back(&image);
  const size_t all = listed.size();
  if (all > kMostRows) {
    std::ranges::stable_sort(listed, {}, [](const LabelledImage* i) { return i->score.p_value; });
    listed.resize(kMostRows);
  }
  std::vector<std::vector<std::string>> rows = {
      {"P(fake)", "p-value", "D", "classifier", "verdict", "file"}};
  for (const LabelledImage* image : listed)
    rows.push_back({number(100 * image->score.probability, "%5.1f%%"), score(image->score.p_value),
                    score(image->score.discriminator), score(image->score.classifier),
                    detection_verdict(image->score), image->name});
  std::string text = table(rows);
  if (all > listed.size())
    text += "These are the least like real ones; " + std::to_string(all - listed.size()) +
            " more are in the document of --json.\n";
  text += kColumns;
  if (!p.discriminator_unusable.empty())
    text += "\nThe discriminator was not used: " + p.discriminator_unusable + ".\n";
  if (!kinds.empty()) text += kinds_text(images, kinds, p);
  for (size_t i = 0; i < p.notes.size(); ++i) text += (i == 0 ? "\n" : "") + p.notes[i] + "\n";
  return text + "\nClassifier: " + std::to_string(p.steps) + " steps on " +
         std::to_string(p.trained_real) + " real and as many generated images; calibrated on " +
         std::to_string(p.calibrated_real) + " of each (" + p.held_out + "), of which " +
         number(100 * p.accuracy, "%.1f%%") + " are classified correctly.\n";
}

void check(const DetectFields& options) {
  if (options.network.empty())
    throw UsageError("no network: --network is missing", "gannet detect", "--network RUN");
  if (!options.roc.empty() && !options.roc.ends_with(".png"))
    throw UsageError("expected a name that ends in .png, found '" + options.roc + "'", "--roc");
}

}  // namespace

int run_detect(const Arguments& arguments) {
  DetectFields options;
  std::vector<std::string> sources;
  if (!parse(
          {.program = "gannet detect",
           .summary = "Real or fake? By a network's discriminator and a classifier trained here.",
           .groups = {{"Options", &options}},
           .positionals = {{"IMAGE|FOLDER", "images, or folders of them: real/, fake/KIND/",
                            &sources, 1, 100000}},
           .footer = "Example: gannet detect --network RUN --roc roc.png images/real images/fake",
           .not_empty = {"network", "data", "held-out", "roc"}},
          arguments))
    return 0;
  check(options);
  std::vector<std::string> notes;
  std::vector<LabelledImage> images =
      read_labelled_images(sources,
                           {.network = network_value_range(options.network),
                            .option = options.request.source.files.value_range},
                           notes);
  const auto real = std::ranges::count(images, kRealKind, &LabelledImage::kind);
  if (!options.roc.empty() && real == 0)
    throw UsageError("a ROC needs images that are known to be real", "--roc",
                     "a folder with sub-folders real/ and fake/");
  options.request.network = options.network;
  options.threads = chosen_threads(options.threads);
  set_threads(options.threads);
  options.request.device = chosen_device(options.request.device, options.json);
  options.request.source.threads = options.threads;
  LiveLine live;
  const Detector detector(options.request, [&](const std::string& line) { live.show(line); });
  live.clear();
  if (options.generated < 0) options.generated = std::min<int64_t>(real, 500);
  for (Image& image : detector.generate(options.generated))
    images.push_back({.name = "", .kind = kGeneratedKind, .image = std::move(image)});
  score_images(detector, images);

  Detector::Protocol protocol = detector.protocol();
  protocol.notes.insert(protocol.notes.begin(), notes.begin(), notes.end());
  const bool with_discriminator = protocol.discriminator_unusable.empty();
  const Kinds kinds = report_by_kind(images, with_discriminator);
  if (!options.roc.empty())
    write_file(options.roc, write_png(draw_rocs(kinds, with_discriminator)));
  print(options.json ? as_json(images, kinds, protocol, options).dump(2) + "\n"
                     : as_text(images, kinds, protocol));
  return 0;
}

}  // namespace gannet::cli
