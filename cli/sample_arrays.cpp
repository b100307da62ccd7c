#include "cli/sample_arrays.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "gannet/base/error.h"
#include "gannet/base/files.h"
#include "gannet/formats/npy.h"

namespace gannet::cli {
namespace {

constexpr uint64_t kMostLatents = uint64_t{1} << 32;  // bytes of a file
constexpr size_t kRowsAtATime = 1024;

}  // namespace

bool is_table(const std::string& out) { return out.ends_with(".csv") || out.ends_with(".tsv"); }

void write_table(Sampler& sampler, const SampleRequest& request, const std::string& out,
                 int64_t batch) {
  if (const std::string kind = sampler.is_image()   ? "images"
                               : sampler.is_audio() ? "audio clips"
                               : sampler.is_video() ? "videos"
                                                    : "";
      !kind.empty())
    throw UsageError("this network draws " + kind + ", and a table holds points", "--out " + out,
                     sampler.is_image() ? "--out samples.png, or --out samples.npy"
                                        : "--out samples.npy, or --outdir DIR");
  const char separator = out.ends_with(".tsv") ? '\t' : sampler.csv_separator();
  const std::string header = sampler.csv_header(separator);  // throws before a file is begun
  AtomicFile file(out);
  file.write(as_bytes(header));
  const size_t step = batch < 1 ? kRowsAtATime : static_cast<size_t>(batch);
  const size_t each = request.latents.size() / request.seeds.size();
  for (size_t first = 0; first < request.seeds.size(); first += step) {
    const size_t last = std::min(first + step, request.seeds.size());
    SampleRequest part = request;
    part.first = static_cast<int64_t>(first);
    part.seeds = {request.seeds.begin() + static_cast<std::ptrdiff_t>(first),
                  request.seeds.begin() + static_cast<std::ptrdiff_t>(last)};
    part.latents = {request.latents.begin() + static_cast<std::ptrdiff_t>(first * each),
                    request.latents.begin() + static_cast<std::ptrdiff_t>(last * each)};
    file.write(as_bytes(sampler.csv_rows(part, separator)));
  }
  file.commit();
}

void write_latents(Sampler& sampler, const SampleRequest& request, const std::string& out) {
  const std::vector<float> z = sampler.latents(request);
  NpyWriter file(out, Dtype::F32, sampler.latent_shape(), "latents");
  file.write(std::as_bytes(std::span(z)));
  file.commit();
}

void read_latents(const Sampler& sampler, const std::string& file, SampleRequest& request) {
  const Bytes bytes = read_file(file, kMostLatents);
  const NpyArray array = read_npy(bytes, file);
  std::vector<int64_t> expected = sampler.latent_shape();
  const int64_t rows = array.shape.empty() ? 0 : array.shape[0];
  expected.insert(expected.begin(), rows);
  if (rows < 1 || array.shape != expected) {
    std::string shape = "[N";
    for (size_t i = 1; i < expected.size(); ++i) shape += ", " + std::to_string(expected[i]);
    throw Error("array is " + shape_text(array.shape) + ", expected latents " + shape + "]", file,
                "gannet sample --network RUN --seeds 0-7 --what latents --out z.npy writes some");
  }
  request.seeds.resize(static_cast<size_t>(rows));
  std::iota(request.seeds.begin(), request.seeds.end(), uint64_t{0});
  for (const double value : to_doubles(array, file)) {
    if (!std::isfinite(value)) throw Error("a latent is not finite", file);
    request.latents.push_back(static_cast<float>(value));
  }
}

}  // namespace gannet::cli
