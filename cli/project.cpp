// gannet project: GAN inversion, the latent from which a generator draws an image.
#include "gannet/tools/project.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/device.h"
#include "cli/format.h"
#include "cli/output_folder.h"
#include "cli/progress.h"
#include "cli/source.h"
#include "cli/threads.h"
#include "gannet/base/error.h"
#include "gannet/formats/npy.h"
#include "gannet/formats/png.h"
#include "gannet/image/font.h"
#include "gannet/image/plot.h"

namespace gannet::cli {
namespace {

constexpr Colour kPaper = {255, 255, 255}, kInk = {40, 40, 40}, kGrey = {200, 200, 200};
constexpr int64_t kWidth = 192, kGap = 8;  // pixels

struct ProjectFields : Fields {
  ProjectionRequest request;
  std::string network, target, attributes, out;
  int64_t threads = -1;
  bool json = false, overwrite = false;
  void fields(FieldVisitor& v) override {
    v.field("network", network,
            {.help = "a network file, or a run: its best, else newest, network; RUN@last, "
                     "RUN@best, RUN@KIMG; zoo:NAME"});
    v.field("target", target, {.help = "the image to find: PNG, JPEG, WebP, TIFF or BMP"});
    v.field("value-range", request.value_range,
            {.help = "of a target of more than 8 bits, the stored values that become black and "
                     "white; network: those that the network learned from; full: its type's; auto: "
                     "its smallest and largest; or LOW,HIGH"});
    v.field("out", out,
            {.help = "a folder for target.png, result.png, comparison.png, loss.png, loss.csv "
                     "and latent.npy; or FILE.png for target and result side by side"});
    overwrite_field(v, overwrite);
    v.field("class", request.label,
            {.help = "the class, by number or name; without: drawn by each start"});
    v.field("attributes", attributes, {.help = "the attributes, as in Age=30,Smiling=1 or 0.5,-1"});
    v.field("text", request.text, {.help = "the sentence, of a network that draws by sentences"});
    v.field("starts", request.starts,
            {.help = "independent searches, of which the best is kept", .min = 1, .max = 256});
    v.field("steps", request.steps, {.help = "of each search", .min = 1, .max = 100000});
    v.field("lr", request.lr,
            {.help = "learning rate of Adam, falling to 0", .min = 1e-6, .max = 10});
    v.field("seed", request.seed,
            {.help = "of the first start; the others have the numbers after it"});
    v.field("json", json, {.help = "print one JSON document"});
    v.field("threads", threads,
            {.help = "threads of tensor operators", .min = 1, .max = 1024, .automatic = true});
    device_field(v, request.device);
  }
};

Image comparison(const Projection& p) {
  const int64_t scale = std::max<int64_t>(1, kWidth / p.target.width),
                width = p.target.width * scale, height = p.target.height * scale;
  Image canvas = blank(2 * width + 3 * kGap, height + 2 * kGap + 2 * kGlyphHeight, kPaper);
  const std::string found = number(p.psnr, "found (PSNR %.1f dB)");
  draw_text(canvas, kGap, kGap, "target", kInk);
  draw_text(canvas, 2 * kGap + width, kGap, found, kInk);
  paste(canvas, p.target, kGap, 2 * kGap + kGlyphHeight, scale);
  paste(canvas, p.result, 2 * kGap + width, 2 * kGap + kGlyphHeight, scale);
  return canvas;
}

Image loss_plot(const Projection& p) {
  std::vector<Curve> curves;
  const auto add = [&](const std::vector<double>& losses, std::string name, Colour colour) {
    Curve curve{.name = std::move(name), .x = {}, .y = losses, .colour = colour};
    for (size_t i = 0; i < losses.size(); ++i) curve.x.push_back(static_cast<double>(i));
    curves.push_back(std::move(curve));
  };
  for (const auto& losses : p.losses) add(losses, "", kGrey);
  add(p.losses[static_cast<size_t>(p.best)], "start " + std::to_string(p.best), curve_colour(0));
  return draw_curves(curves, {.name = "step"}, {.name = "squared difference", .logarithmic = true},
                     Legend::outside);
}

std::string loss_table(const Projection& p) {
  std::string text = "step";
  for (size_t i = 0; i < p.losses.size(); ++i) text += ",start" + std::to_string(i);
  for (size_t step = 0; step < p.losses[0].size(); ++step) {
    text += "\n" + std::to_string(step);
    for (const auto& losses : p.losses) {
      text += number(losses[step], ",%.9g");
    }
  }
  return text + "\n";
}

constexpr std::array<const char*, 6> kFiles = {"target.png", "result.png", "comparison.png",
                                               "loss.png",   "loss.csv",   "latent.npy"};

void write_folder(const Projection& p, OutputFolder folder) {
  folder.write_all({kFiles.begin(), kFiles.end()}, [&] {
    folder.write(kFiles[0], write_png(p.target));
    folder.write(kFiles[1], write_png(p.result));
    folder.write(kFiles[2], write_png(comparison(p)));
    folder.write(kFiles[3], write_png(loss_plot(p)));
    folder.write(kFiles[4], loss_table(p));
    folder.write(kFiles[5], write_npy({Dtype::F32,
                                       {1, static_cast<int64_t>(p.latent.size())},
                                       std::as_bytes(std::span(p.latent))}));
  });
}

// The search takes long: what is there already is found before.
void check_output(const ProjectFields& options) {
  if (!options.out.ends_with(".png"))
    for (const char* file : kFiles)
      check_not_there((Path(options.out) / file).string(), options.overwrite);
}

void check(const ProjectFields& options) {
  for (const auto& [name, value] : {std::pair{"--network", &options.network},
                                    {"--target", &options.target},
                                    {"--out", &options.out}})
    if (value->empty())
      throw UsageError(std::string(name) + " is missing", "gannet project",
                       "gannet project --network RUN --target shirt.png --out shirt");
  check_output(options);
}

std::string as_json(const Projection& p, const ProjectFields& options) {
  nlohmann::ordered_json document = {
      {"rms", p.rms},    {"rms_at_start", p.rms_at_start}, {"psnr", p.psnr},
      {"start", p.best}, {"steps", options.request.steps}, {"out", options.out}};
  if (!p.note.empty()) document["note"] = p.note;
  if (!p.label.empty()) document["class"] = p.label;
  return document.dump(2) + "\n";
}

std::string as_text(const Projection& p, const ProjectFields& options) {
  char line[160];
  std::snprintf(line, sizeof line,
                "start %lld is nearest: difference %.4f (%.4f before), %.2f dB%s%s: ",
                static_cast<long long>(p.best), p.rms, p.rms_at_start, p.psnr,
                p.label.empty() ? "" : ", class ", p.label.c_str());
  return (p.note.empty() ? "" : options.target + ": " + p.note + "\n") + line + options.out + "\n";
}

}  // namespace

int run_project(const Arguments& arguments) {
  ProjectFields options;
  if (!parse({.program = "gannet project",
              .summary = "GAN inversion: the latent from which a network draws a given image.",
              .groups = {{"Options", &options}},
              .footer = "Example: gannet project --network RUN --target shirt.png --out shirt",
              .not_empty = {"network", "target", "class", "attributes", "out"}},
             arguments))
    return 0;
  check(options);
  options.request.network = options.network;
  options.request.target = options.target;
  options.request.attributes = options.attributes;
  set_threads(chosen_threads(options.threads));
  options.request.device = chosen_device(options.request.device, options.json);
  LiveLine live;
  const Projection p = project(options.request, [&](int64_t step, double loss) {
    char line[80];
    std::snprintf(line, sizeof line, "step %lld of %lld: %.6f", static_cast<long long>(step),
                  static_cast<long long>(options.request.steps), loss);
    live.show(line);
  });
  live.clear();
  if (!p.warning.empty()) warn(p.warning);
  if (options.out.ends_with(".png"))
    write_file(options.out, write_png(comparison(p)));
  else
    write_folder(p, {options.out, options.overwrite});
  print(options.json ? as_json(p, options) : as_text(p, options));
  return 0;
}

}  // namespace gannet::cli
