// gannet detect: real or forged?
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/source.h"
#include "cli/threads.h"
#include "gannet/base/error.h"
#include "gannet/data/files/file_tree.h"
#include "gannet/formats/image_file.h"
#include "gannet/formats/png.h"
#include "gannet/image/plot.h"
#include "gannet/metrics/roc.h"
#include "gannet/tools/detector.h"

namespace gannet::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kMostFile = uint64_t{1} << 28;  // bytes
constexpr size_t kMostFiles = 100'000;
constexpr const char* kGenerated = "generated";

struct DetectFields : Fields {
  DetectorRequest request;
  std::string network, roc;
  int64_t generated = -1, threads = -1;
  bool json = false;

  void fields(FieldVisitor& v) override {
    v.field("network", network, {.help = "a network file, or a run"});
    v.field("data", request.data,
            {.help = "real images to learn from; without: what the run was trained on"});
    v.field("held-out", request.held_out,
            {.help = "real images to calibrate with, that no network learned from; without: a "
                     "quarter of --data"});
    v.field("roc", roc, {.help = "a PNG of the ROC curves, where files are labelled"});
    v.field("generated", generated,
            {.help = "images of the generator to judge too (auto: as many as there are real ones, "
                     "up to 500, where files are labelled)",
             .min = 0,
             .max = 100000,
             .automatic = true});
    v.field("steps", request.steps, {.help = "that the critic learns", .min = 1, .max = 1e6});
    v.field("limit", request.limit,
            {.help = "at most so many real images, and as many forged ones, to learn from",
             .min = 40,
             .max = 1e6});
    v.field("split", request.source.split,
            {.help = "part of a built-in set", .choices = {"train", "test"}});
    v.field("seed", request.seed, {.help = "of the critic and of what the generator draws"});
    v.field("json", json, {.help = "print one JSON document"});
    v.field("threads", threads,
            {.help = "threads of tensor operators", .min = 1, .max = 1024, .automatic = true});
  }
};

struct Suspect {
  std::string name, kind;  // kind: "real", what kind of forgery, or "" where nothing says
  Image image;
  Suspicion said = {};
};

std::vector<std::string> parts_of(const Path& path) {
  std::vector<std::string> parts;
  for (const Path& part : path.lexically_normal()) parts.push_back(part.string());
  return parts;
}

// By the folders that a file lies in: below "real" it is real; below "forged" it is of the kind of
// the next folder, else plainly "forged"; beside a folder "real", of the kind of its own folder.
std::string kind_of(const Path& file, const Path& root) {
  const std::vector<std::string> parts = parts_of(file.parent_path());
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == "real") return "real";
    if (parts[i] == "forged" || parts[i] == "fake")
      return i + 1 < parts.size() ? parts[i + 1] : "forged";
  }
  std::error_code ignored;
  const std::vector<std::string> inside = parts_of(file.lexically_relative(root).parent_path());
  if (std::filesystem::is_directory(root / "real", ignored) && !inside.empty()) return inside[0];
  return "";
}

Suspect read_suspect(const Path& file, const Path& root) {
  return {.name = file.string(),
          .kind = kind_of(file, root),
          .image = read_image(read_file(file, kMostFile), file.string())};
}

std::vector<Suspect> read_suspects(const std::vector<std::string>& sources) {
  std::vector<Suspect> all;
  for (const std::string& source : sources) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(source, ignored)) {
      all.push_back(read_suspect(source, Path(source).parent_path()));
      continue;
    }
    const size_t before = all.size();
    const std::unique_ptr<FileTree> folder = open_folder(source);
    for (const std::string& name : folder->names())
      if (has_image_name(name)) all.push_back(read_suspect(Path(source) / name, source));
    if (all.size() == before) throw Error("no images in it", source);
    if (all.size() > kMostFiles)
      throw Error("more than " + std::to_string(kMostFiles) + " images", source);
  }
  return all;
}

// What is asked of one kind of forgery against all real images.
struct Verdict {
  int64_t images = 0;
  Roc both, discriminator, critic;
  double found = 0;  // share that looks as suspect as one real image in twenty, or more
};

std::vector<double> part(const std::vector<Suspect>& all, const std::string& kind,
                         double Suspicion::*score) {
  std::vector<double> scores;
  for (const Suspect& suspect : all)
    if (suspect.kind == kind) scores.push_back(suspect.said.*score);
  return scores;
}

double share_found(const std::vector<double>& unusual) {
  const auto rare = std::ranges::count_if(unusual, [](double share) { return share <= 0.05; });
  return static_cast<double>(rare) / static_cast<double>(unusual.size());
}

std::vector<double> negated(std::vector<double> numbers) {
  for (double& number : numbers) number = -number;
  return numbers;
}

std::map<std::string, Verdict> verdicts(const std::vector<Suspect>& all, bool asks_d) {
  std::map<std::string, Verdict> found;
  for (const Suspect& suspect : all)
    if (!suspect.kind.empty() && suspect.kind != "real") ++found[suspect.kind].images;
  const std::vector<double> real = part(all, "real", &Suspicion::unusual);
  if (real.empty()) return {};
  for (auto& [kind, verdict] : found) {
    const std::vector<double> forged = part(all, kind, &Suspicion::unusual);
    verdict.found = share_found(forged);
    verdict.both = roc(negated(real), negated(forged));
    verdict.critic =
        roc(part(all, "real", &Suspicion::critic), part(all, kind, &Suspicion::critic));
    if (asks_d)
      verdict.discriminator = roc(part(all, "real", &Suspicion::discriminator),
                                  part(all, kind, &Suspicion::discriminator));
  }
  return found;
}

std::string number(double value, const char* format = "%.3f") {
  if (std::isnan(value)) return "-";
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

// The critic's curves, and D's thinner ones of grey: one of each kind.
Image draw_rocs(const std::map<std::string, Verdict>& kinds, bool asks_d) {
  std::vector<Curve> curves = {{"", {0, 1}, {0, 1}, {200, 200, 200}}};
  size_t i = 0;
  for (const auto& [kind, v] : kinds) {
    const auto add = [&](const Roc& roc, const std::string& by) {
      curves.push_back(
          {kind + " " + by + " " + number(roc.auc, "%.2f"), roc.fpr, roc.found, curve_colour(i++)});
    };
    if (kinds.size() <= 3 && asks_d) {
      add(v.discriminator, "D");
      add(v.critic, "critic");
    } else {
      add(v.both, "all");
    }
  }
  return draw_curves(curves, {"real notes taken for forged", 0, 1}, {"forgeries found", 0, 1},
                     Legend::below, 560, 480);
}

Json as_json(const std::vector<Suspect>& all, const std::map<std::string, Verdict>& kinds,
             const Detector::Protocol& p, const DetectFields& options) {
  const auto value = [](double v) { return std::isnan(v) ? Json() : Json(v); };
  Json document;
  document["files"] = Json::array();
  for (const Suspect& s : all) {
    if (s.kind == kGenerated) continue;
    Json file = {{"file", s.name}, {"forged", s.said.forged}, {"unusual", s.said.unusual}};
    if (!s.kind.empty()) file["kind"] = s.kind;
    file["discriminator"] = value(s.said.discriminator);
    file["critic"] = s.said.critic;
    document["files"].push_back(file);
  }
  document["kinds"] = Json::array();
  for (const auto& [kind, v] : kinds) {
    Json entry = {{"kind", kind}, {"images", v.images}, {"auc", v.both.auc}};
    entry["auc_discriminator"] = p.no_discriminator.empty() ? Json(v.discriminator.auc) : Json();
    entry["auc_critic"] = v.critic.auc;
    entry["found"] = v.found;
    document["kinds"].push_back(entry);
  }
  document["protocol"] = {{"network", p.network},
                          {"data", p.data},
                          {"held_out", p.held_out},
                          {"trained", {p.trained_real, p.trained_forged}},
                          {"calibrated", {p.calibrated_real, p.calibrated_forged}},
                          {"calibrated_accuracy", p.accuracy},
                          {"critic_steps", p.steps},
                          {"seed", options.request.seed}};
  return document;
}

std::string in_words(const std::vector<Suspect>& all, const std::map<std::string, Verdict>& kinds,
                     const Detector::Protocol& p) {
  std::vector<std::vector<std::string>> rows = {{"forged", "unusual", "D", "critic", "file"}};
  for (const Suspect& s : all)
    if (s.kind != kGenerated)
      rows.push_back({number(100 * s.said.forged, "%5.1f%%"), number(s.said.unusual),
                      number(s.said.discriminator), number(s.said.critic), s.name});
  std::string text = table(rows);
  if (!p.no_discriminator.empty())
    text += "\nThe discriminator was not asked: " + p.no_discriminator + ".\n";
  if (!kinds.empty()) {
    const auto real = static_cast<int64_t>(part(all, "real", &Suspicion::forged).size());
    rows = {{"kind", "images", "AUC", "of D", "of the critic", "found"}};
    for (const auto& [kind, v] : kinds)
      rows.push_back({kind, std::to_string(v.images), number(v.both.auc),
                      p.no_discriminator.empty() ? number(v.discriminator.auc) : "-",
                      number(v.critic.auc), number(100 * v.found, "%.0f%%")});
    text += "\nAgainst " + std::to_string(real) + " real images, " +
            number(100 * share_found(part(all, "real", &Suspicion::unusual)), "%.1f%%") +
            " of which look as suspect as one in twenty should:\n" + table(rows);
  }
  return text + "\nCritic: " + std::to_string(p.steps) + " steps on " +
         std::to_string(p.trained_real) + " real and as many generated images; calibrated on " +
         std::to_string(p.calibrated_real) + " of each (" + p.held_out + "), of which " +
         number(100 * p.accuracy, "%.1f%%") + " are judged right.\n";
}

}  // namespace

int run_detect(const Arguments& arguments) {
  DetectFields options;
  std::vector<std::string> sources;
  if (!parse(
          {.program = "gannet detect",
           .summary = "Real or forged? By a network's discriminator and a critic trained here.",
           .groups = {{"Options", &options}},
           .positionals = {{"IMAGE|FOLDER", "images, or folders of them: real/, forged/KIND/",
                            &sources, 1, 100000}},
           .footer = "Example: gannet detect --network RUN --roc roc.png notes/real notes/forged"},
          arguments))
    return 0;
  if (options.network.empty())
    throw UsageError("no network: --network is missing", "gannet detect", "--network RUN");
  if (!options.roc.empty() && !options.roc.ends_with(".png"))
    throw UsageError("expected a name that ends in .png, found '" + options.roc + "'", "--roc");
  std::vector<Suspect> all = read_suspects(sources);
  const auto labelled = std::ranges::count(all, "real", &Suspect::kind);
  if (!options.roc.empty() && labelled == 0)
    throw UsageError("a ROC needs images that are known to be real", "--roc",
                     "a folder with sub-folders real/ and forged/");
  options.request.network = options.network;
  options.threads = chosen_threads(options.threads);
  set_threads(options.threads);
  options.request.source.threads = options.threads;
  const Detector detector(options.request, [&](const std::string& line) {
    if (!options.json) print(line + "\n");
  });
  if (options.generated < 0) options.generated = std::min<int64_t>(labelled, 500);
  for (Image& image : detector.forgeries(options.generated))
    all.push_back({.name = "", .kind = kGenerated, .image = std::move(image)});
  std::vector<Image> images;
  for (Suspect& suspect : all) images.push_back(std::move(suspect.image));
  const std::vector<Suspicion> said = detector.judge(images);
  for (size_t i = 0; i < all.size(); ++i) all[i].said = said[i];

  const bool asks_d = detector.protocol().no_discriminator.empty();
  const std::map<std::string, Verdict> kinds = verdicts(all, asks_d);
  if (!options.roc.empty()) write_file(options.roc, write_png(draw_rocs(kinds, asks_d)));
  print(options.json ? as_json(all, kinds, detector.protocol(), options).dump(2) + "\n"
                     : in_words(all, kinds, detector.protocol()));
  return 0;
}

}  // namespace gannet::cli
