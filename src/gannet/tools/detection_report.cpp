#include "gannet/tools/detection_report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <set>

#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/data/fetched_sets.h"
#include "gannet/data/files/collection.h"
#include "gannet/data/input_range.h"
#include "gannet/image/plot.h"

namespace gannet {
namespace {

constexpr uint64_t kMostFile = uint64_t{1} << 28;  // bytes
constexpr size_t kMostFiles = 100'000;

std::vector<std::string> parts_of(const Path& path) {
  std::vector<std::string> parts;
  for (const Path& part : path.lexically_normal()) parts.push_back(part.string());
  return parts;
}

std::string kind_of(const Path& file, const Path& root) {
  const std::vector<std::string> parts = parts_of(file.parent_path());
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == kRealKind) return kRealKind;
    if (parts[i] == "forged" || parts[i] == "fake")
      return i + 1 < parts.size() ? parts[i + 1] : parts[i];
  }
  std::error_code ignored;
  const std::vector<std::string> inside = parts_of(file.lexically_relative(root).parent_path());
  if (std::filesystem::is_directory(root / kRealKind, ignored) && !inside.empty()) return inside[0];
  return "";
}

class LabelledImages {
 public:
  LabelledImages(const InputRange& range, std::vector<std::string>& notes)
      : range_(range), notes_(notes) {}

  void add(const Path& file, const Path& root, ByteSpan bytes) {
    const std::string name = display_name(file.string());
    RangedImage read = read_image_by_range(bytes, range_, name);
    all.push_back({.name = name, .kind = kind_of(name, root), .image = std::move(read.image)});
    if (!read.note.empty() && seen_notes_.insert(read.note).second)
      notes_.push_back(name + ": " + read.note);
  }

  // All images of a folder: by their names, or their first bytes.
  void add_folder(const std::string& source) {
    const std::unique_ptr<FileTree> folder = open_folder(source);
    for (const size_t index : image_files(*folder))
      add(Path(source) / folder->names()[index], source, folder->read(index, kMostFile));
  }

  std::vector<LabelledImage> all;

 private:
  const InputRange& range_;
  std::vector<std::string>& notes_;
  std::set<std::string> seen_notes_;
};

std::vector<double> scores_of(const std::vector<LabelledImage>& images, const std::string& kind,
                              double DetectionScore::*score, double sign = 1) {
  std::vector<double> scores;
  for (const LabelledImage& image : images)
    if (image.kind == kind) scores.push_back(sign * image.score.*score);
  return scores;
}

}  // namespace

std::vector<LabelledImage> read_labelled_images(const std::vector<std::string>& sources,
                                                const InputRange& range,
                                                std::vector<std::string>& notes) {
  LabelledImages images(range, notes);
  std::vector<LabelledImage>& all = images.all;
  for (const std::string& named : sources) {
    const std::string source = resolve_source(named).path;
    std::error_code ignored;
    if (!std::filesystem::is_directory(source, ignored)) {
      images.add(source, Path(source).parent_path(), read_file(source, kMostFile));
      continue;
    }
    const size_t before = all.size();
    images.add_folder(source);
    if (all.size() == before) throw Error("no images in it", source);
    if (all.size() > kMostFiles)
      throw Error("more than " + std::to_string(kMostFiles) + " images", source);
  }
  return std::move(images.all);
}

void score_images(const Detector& detector, std::vector<LabelledImage>& images) {
  std::vector<Image> pixels;
  for (LabelledImage& image : images) pixels.push_back(std::move(image.image));
  const std::vector<DetectionScore> scores = detector.scores(pixels);
  for (size_t i = 0; i < images.size(); ++i) images[i].score = scores[i];
}

double detection_rate(const std::vector<LabelledImage>& images, const std::string& kind) {
  const std::vector<double> p_values = scores_of(images, kind, &DetectionScore::p_value);
  const auto significant =
      std::ranges::count_if(p_values, [](double p) { return p <= kSignificance; });
  return static_cast<double>(significant) / static_cast<double>(p_values.size());
}

std::map<std::string, KindReport> report_by_kind(const std::vector<LabelledImage>& images,
                                                 bool with_discriminator) {
  if (std::ranges::count(images, kRealKind, &LabelledImage::kind) == 0) return {};
  std::map<std::string, KindReport> kinds;
  for (const LabelledImage& image : images)
    if (!image.kind.empty() && image.kind != kRealKind) ++kinds[image.kind].images;
  for (auto& [kind, report] : kinds) {
    const auto roc_by = [&, &kind = kind](double DetectionScore::*score, double sign) {
      return roc(scores_of(images, kRealKind, score, sign), scores_of(images, kind, score, sign));
    };
    report.combined = roc_by(&DetectionScore::p_value, -1);
    report.classifier = roc_by(&DetectionScore::classifier, 1);
    if (with_discriminator) report.discriminator = roc_by(&DetectionScore::discriminator, 1);
    report.detection_rate = detection_rate(images, kind);
  }
  return kinds;
}

Image draw_rocs(const std::map<std::string, KindReport>& kinds, bool with_discriminator) {
  std::vector<Curve> curves = {{"", {0, 1}, {0, 1}, {200, 200, 200}}};  // of a random guess
  size_t colour = 0;
  const auto add = [&](const Roc& roc, const std::string& name) {
    char auc[32];
    std::snprintf(auc, sizeof auc, " %.2f", roc.auc);
    curves.push_back({name + auc, roc.fpr, roc.tpr, curve_colour(colour++)});
  };
  for (const auto& [kind, report] : kinds) {
    if (kinds.size() <= 3 && with_discriminator) {
      add(report.discriminator, kind + " D");
      add(report.classifier, kind + " classifier");
    } else {
      add(report.combined, kind + " all");
    }
  }
  return draw_curves(curves, {"false positive rate (real images)", 0, 1},
                     {"true positive rate (fake images)", 0, 1}, Legend::below, 560, 480);
}

std::string detection_verdict(const DetectionScore& score) {
  const auto percent = [](double value, const char* format) {
    char text[32];
    std::snprintf(text, sizeof text, format, value);
    return std::string(text) + "%";
  };
  const std::string unlike = percent(std::floor(1000 * (1 - score.p_value)) / 10, "%.4g");
  if (score.p_value <= kSignificance) return "fake: unlike " + unlike + " of real ones";
  if (score.probability >= 0.5)
    return "doubtful: nearer to this network's, but unlike only " + unlike + " of real ones";
  return "no sign of a fake: " + percent(std::round(1000 * score.p_value) / 10, "%.3g") +
         " of real ones are as unusual";
}

Image read_judged_image(ByteSpan bytes, const InputRange& range, const std::string& name) {
  return read_image_by_range(bytes, range, name).image;
}

}  // namespace gannet
