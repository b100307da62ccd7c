// gannet export: a network file without what only training needs.
#include <cstdio>

#include "cli/commands.h"
#include "gannet/base/error.h"
#include "gannet/models/export.h"

namespace gannet::cli {
namespace {

struct ExportFields : Fields {
  std::string network, to = "safetensors", out, precision = "f32", data, licence, figures;
  bool discriminator = false;
  void fields(FieldVisitor& v) override {
    v.field("network", network,
            {.help = "a network file, or a run: its best, else newest, network; RUN@last, "
                     "RUN@best, RUN@KIMG; zoo:NAME"});
    v.field("to", to, {.help = "the format", .choices = {"safetensors"}});
    v.field("out", out, {.help = "the file to write"});
    v.field("precision", precision,
            {.help = "of the weights in the file; f16: half the size", .choices = {"f32", "f16"}});
    v.field("discriminator", discriminator, {.help = "keep D, by which `gannet detect` scores"});
    v.field("data", data, {.help = "a note: the name of the set it learned from"});
    v.field("licence", licence, {.help = "a note: the licence of the weights"});
    v.field("figures", figures,
            {.help = "a note: a file with the output of `gannet eval --json`, instead of what the "
                     "run measured"});
  }
};

}  // namespace

int run_export(const Arguments& arguments) {
  ExportFields options;
  if (!parse({.program = "gannet export",
              .summary = "Writes a network for use alone: the averaged generator (G_ema), and what "
                         "else sampling needs.",
              .groups = {{"Options", &options}},
              .footer = "Example: gannet export --network runs/00000-dcgan-fashion-mnist-batch64 "
                        "--precision f16 --out clothes.safetensors",
              .not_empty = {"network", "out"}},
             arguments)) {
    return 0;
  }
  if (options.network.empty() || options.out.empty())
    throw UsageError(
        options.network.empty() ? "no network: --network is missing" : "--out is missing",
        "gannet export", "gannet export --network RUN --out network.safetensors");
  if (!options.out.ends_with(".safetensors"))
    throw UsageError("expected a name that ends in .safetensors, found '" + options.out + "'",
                     "--out");
  const ExportReport report = export_network({.network = options.network,
                                              .half = options.precision == "f16",
                                              .discriminator = options.discriminator,
                                              .data = options.data,
                                              .licence = options.licence,
                                              .figures = options.figures},
                                             options.out);
  std::string nets;
  for (const std::string& net : report.nets) nets += (nets.empty() ? "" : ", ") + net;
  char line[128];
  std::snprintf(line, sizeof line, ": %lld parameters, %.2f MB\n",
                static_cast<long long>(report.parameters), static_cast<double>(report.bytes) / 1e6);
  print(nets + " of " + report.network.string() + line + options.out + "\n");
  return 0;
}

}  // namespace gannet::cli
