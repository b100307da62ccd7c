// gannet reconstruct: images through an autoencoder, and the lower bound of their likelihood.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/device.h"
#include "cli/source.h"
#include "cli/threads.h"
#include "gannet/base/error.h"
#include "gannet/tools/reconstruction.h"

namespace gannet::cli {
namespace {

struct ReconstructFields : SourceFields {
  std::string network, data, out, grid = "8x2", device = "auto";
  int64_t samples = 1000, threads = -1;
  uint64_t seed = 0;
  bool json = false;

  ReconstructFields() {
    source.split = "test";
    source.files.value_range = "network";
  }
  void fields(FieldVisitor& v) override {
    v.field("network", network,
            {.help = "a network file with an encoder, or a run: its best, else newest, network"});
    v.field("data", data, {.help = "images, as for train"});
    v.field("samples", samples,
            {.help = "how many of them", .unit = "samples", .min = 1, .max = 10'000'000});
    v.field("seed", seed, {.help = "of the noise in the codes"});
    v.field("out", out, {.help = "a PNG of pairs, each image above its reconstruction"});
    v.field("grid", grid, {.help = "columns x rows of pairs in it"});
    v.field("threads", threads,
            {.help = "threads of tensor operators", .min = 1, .max = 1024, .automatic = true});
    device_field(v, device);
    v.field("json", json, {.help = "print one JSON document"});
    SourceFields::fields(v);
  }
};

nlohmann::ordered_json to_json(const ReconstructionReport& r, const ReconstructFields& options) {
  return {{"network", r.network.string()},
          {"data", r.data},
          {"split", options.source.split},
          {"samples", r.samples},
          {"seed", r.seed},
          {"elbo", r.elbo},
          {"elbo_error", r.elbo_error},
          {"bits_per_value", r.bits_per_value},
          {"rms_error", r.rms_error}};
}

std::string text(const ReconstructionReport& r) {
  char line[200];
  std::snprintf(line, sizeof line,
                "log-likelihood of %lld images of %s: at least %.1f +- %.1f nats each, %.3f bits "
                "a value; reconstruction error %.4f (rms, of [-1, 1])\n",
                static_cast<long long>(r.samples), r.data.c_str(), r.elbo, r.elbo_error,
                r.bits_per_value, r.rms_error);
  return line;
}

}  // namespace

int run_reconstruct(const Arguments& arguments) {
  ReconstructFields options;
  if (!parse({.program = "gannet reconstruct",
              .summary = "Reconstructs images by an autoencoder (--cfg vae), and bounds their "
                         "likelihood (ELBO).",
              .groups = {{"Options", &options}},
              .footer = "Example: gannet reconstruct --network runs/00000-vae-mnist-batch64 --data "
                        "mnist --out pairs.png",
              .not_empty = {"network", "data", "grid", "out"}},
             arguments)) {
    return 0;
  }
  if (options.network.empty() || options.data.empty())
    throw UsageError(
        options.network.empty() ? "no network: --network is missing" : "no data: --data is missing",
        "gannet reconstruct", "gannet reconstruct --network RUN --data mnist --out pairs.png");
  if (!options.out.empty() && !options.out.ends_with(".png"))
    throw UsageError("expected a name that ends in .png, found '" + options.out + "'", "--out");
  const Grid grid = parse_grid(options.grid, "--grid");
  options.source.threads = chosen_threads(options.threads);
  set_threads(options.source.threads);
  const ReconstructionReport report =
      reconstruct(options.network, options.data, options.source, options.samples, options.seed,
                  grid.columns, grid.rows, chosen_device(options.device, options.json));
  if (!options.out.empty()) write_file(options.out, write_png(report.grid));
  print(options.json ? to_json(report, options).dump(2) + "\n" : text(report));
  if (!options.json && !options.out.empty()) print(options.out + "\n");
  return 0;
}

}  // namespace gannet::cli
