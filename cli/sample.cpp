// gannet sample: images, audio clips, videos and points from a network file.
#include <algorithm>
#include <filesystem>

#include "cli/commands.h"
#include "cli/device.h"
#include "cli/memorization.h"
#include "cli/output_folder.h"
#include "cli/sample_arrays.h"
#include "cli/sample_folder.h"
#include "cli/sample_options.h"
#include "cli/source.h"
#include "cli/threads.h"
#include "gannet/base/error.h"
#include "gannet/data/files/images.h"
#include "gannet/formats/npy.h"
#include "gannet/formats/png.h"
#include "gannet/image/canvas.h"
#include "gannet/models/network_path.h"
#include "gannet/models/sampler.h"
#include "gannet/tools/media.h"

namespace gannet::cli {
namespace {

// About as wide as high.
Grid square_grid(size_t samples) {
  const auto columns = static_cast<int64_t>(std::ceil(std::sqrt(static_cast<double>(samples))));
  return {columns, (static_cast<int64_t>(samples) + columns - 1) / columns};
}

// Each of the samples with each of the styles.
void mix_styles(const Sampler& sampler, const SampleFields& options, SampleRequest& request) {
  StyleRequest style{.seeds = {},
                     .label = options.style_label,
                     .attributes = options.style_attributes,
                     .text = options.style_text,
                     .from = options.style_from};
  const std::vector<int64_t> sizes = sampler.style_sizes();
  if (style.from < 0 && !sizes.empty()) style.from = sizes.front();
  const std::vector<uint64_t> styles = parse_seeds(options.style_seeds, "--style-seeds");
  std::vector<uint64_t> seeds;
  for (const uint64_t seed : request.seeds)
    for (const uint64_t other : styles) {
      seeds.push_back(seed);
      style.seeds.push_back(other);
    }
  request.seeds = std::move(seeds);
  request.style = std::move(style);
}

// A column a style.
Grid style_grid(const SampleRequest& request, const SampleFields& options) {
  const auto total = static_cast<int64_t>(request.seeds.size()),
             columns =
                 static_cast<int64_t>(parse_seeds(options.style_seeds, "--style-seeds").size());
  return {columns, (total + columns - 1) / columns};
}

void set_input(Sampler& sampler, const SampleFields& options, const InputFields& more) {
  if (options.input.empty() && options.data.empty()) {
    if (options.with_input)
      throw UsageError("there is no input image", "--with-input", "--input or --data");
    return;
  }
  if (!options.input.empty() && !options.data.empty())
    throw UsageError("expected --input or --data, not both", "gannet sample");
  if (!sampler.takes_image())
    throw UsageError("this network takes no input image",
                     options.input.empty() ? "--data" : "--input", "--cfg pix2pix or srgan");
  if (!options.data.empty()) return sampler.set_input(options.data, more.source);
  if (is_folder_of_inputs(options.input)) {
    if (options.outdir.empty() || options.with_input)
      throw UsageError(options.with_input ? "--with-input shows one input image"
                                          : "a folder of input images makes a folder of images",
                       "--input " + options.input, "--outdir DIR");
    return;
  }
  const Sampler::Input input = sampler.read_input(options.input, more.source.files.value_range);
  const std::string done = sampler.set_input(input.image, more.background);
  for (const std::string& note : {input.note, done})
    if (!note.empty() && options.out != "-") print(options.input + ": " + note + "\n");
}

std::string quality_text(const ImageQuality& quality) {
  const auto line = [](const char* name, const FullReferenceMetrics& f) {
    char text[160];
    std::snprintf(text, sizeof text,
                  "  %-8s L1 %.2f, PSNR %.2f dB, SSIM %.4f, %.2f of the targets' gradient energy\n",
                  name, f.l1, f.psnr, f.ssim, f.gradient_energy_ratio);
    return std::string(text);
  };
  return "compared with the " + std::to_string(quality.images) + " targets:\n" +
         line("output", quality.outputs) +
         (quality.bicubic ? line("bicubic", *quality.bicubic) : "");
}

// Calls put with the blocks of all samples, `batch` of them at a time.
void draw(Sampler& sampler, const SampleRequest& request, int64_t batch,
          const std::function<void(const SampleBlock&)>& put) {
  const size_t step = batch < 1 ? request.seeds.size() : static_cast<size_t>(batch);
  for (size_t first = 0; first < request.seeds.size(); first += step) {
    const size_t count = std::min(step, request.seeds.size() - first);
    const size_t each = request.latents.size() / request.seeds.size();
    SampleRequest part = request;
    part.first = static_cast<int64_t>(first);
    const auto from = request.seeds.begin() + static_cast<std::ptrdiff_t>(first);
    part.seeds.assign(from, from + static_cast<std::ptrdiff_t>(count));
    const auto z = request.latents.begin() + static_cast<std::ptrdiff_t>(first * each);
    part.latents.assign(z, z + static_cast<std::ptrdiff_t>(count * each));
    if (part.style) {
      const auto style = request.style->seeds.begin() + static_cast<std::ptrdiff_t>(first);
      part.style->seeds.assign(style, style + static_cast<std::ptrdiff_t>(count));
    }
    sampler.draw(part, [&](const SampleBlock& block) {
      put({block.first + static_cast<int64_t>(first), block.count, block.bytes});
    });
  }
}

void write_array(Sampler& sampler, const SampleRequest& request, const SampleFields& options) {
  NpyWriter file(options.out, sampler.is_image() && !sampler.value_range() ? Dtype::U8 : Dtype::F32,
                 sampler.item_shape());
  draw(sampler, request, options.batch, [&](const SampleBlock& block) { file.write(block.bytes); });
  file.commit();
}

// Of one image for all samples.
Grid chosen_grid(const SampleRequest& request, const SampleFields& options) {
  const Grid fitting =
      request.style ? style_grid(request, options) : square_grid(request.seeds.size());
  const Grid grid = options.grid.empty() ? fitting : parse_grid(options.grid, "--grid");
  if (const size_t seeds = request.seeds.size();
      grid.rows * grid.columns < static_cast<int64_t>(seeds)) {
    throw UsageError(
        std::to_string(seeds) + " seeds do not fit into a grid of " + options.grid, "--grid",
        "--grid " + std::to_string(fitting.columns) + "x" + std::to_string(fitting.rows));
  }
  return grid;
}

ByteSpan sample_of(const SampleBlock& block, int64_t i) {
  const size_t size = block.bytes.size() / static_cast<size_t>(block.count);
  return ByteSpan(block.bytes).subspan(static_cast<size_t>(i) * size, size);
}

void write_files(Sampler& sampler, const SampleRequest& request, const SampleFields& options) {
  const std::string extension(media_extension(sampler));
  if (extension.empty()) {
    throw UsageError("this network draws points", "--outdir",
                     "--out samples.csv, --out samples.npy, or --out plot.png");
  }
  std::vector<std::string> names;
  for (size_t i = 0; i < request.seeds.size(); ++i) {
    char name[80];
    std::snprintf(name, sizeof name, "seed%04llu",
                  static_cast<unsigned long long>(request.seeds[i]));
    names.emplace_back(name);
    if (request.style) {
      const auto style = static_cast<unsigned long long>(request.style->seeds[i]);
      std::snprintf(name, sizeof name, "-style%04llu", style);
      names.back() += name;
    }
    names.back() += extension;
  }
  OutputFolder folder(options.outdir, options.overwrite);
  folder.write_all(names, [&] {
    draw(sampler, request, options.batch, [&](const SampleBlock& block) {
      for (int64_t i = 0; i < block.count; ++i)
        folder.write(names[static_cast<size_t>(block.first + i)],
                     media_file(sampler, sample_of(block, i)));
    });
  });
}

// One audio clip, or videos in one row.
void write_media(Sampler& sampler, const SampleRequest& request, const SampleFields& options) {
  const std::string_view extension = media_extension(sampler);
  if (sampler.is_image() || extension.empty() || !options.out.ends_with(extension)) {
    throw UsageError("this network draws " + std::string(sampler.is_audio()   ? "audio clips"
                                                         : sampler.is_video() ? "videos"
                                                         : sampler.is_image() ? "images"
                                                                              : "points"),
                     "--out " + options.out,
                     sampler.is_audio()   ? "--out audio.wav"
                     : sampler.is_video() ? "--out video.webp"
                                          : "--out samples.png");
  }
  if (sampler.is_audio() && request.seeds.size() > 1)
    throw UsageError("a .wav holds one audio clip, and " + std::to_string(request.seeds.size()) +
                         " seeds were given",
                     "--out", "--outdir DIR writes one file a seed");
  const Grid grid = chosen_grid(request, options);
  std::vector<Bytes> samples;
  draw(sampler, request, options.batch, [&](const SampleBlock& block) {
    for (int64_t i = 0; i < block.count; ++i) {
      const ByteSpan sample = sample_of(block, i);
      samples.emplace_back(sample.begin(), sample.end());
    }
  });
  write_file(options.out, sampler.is_audio() ? media_file(sampler, samples[0])
                                             : videos_file(sampler, samples, grid.columns));
}

void write_grid(Sampler& sampler, const SampleRequest& request, const SampleFields& options) {
  const Grid grid = chosen_grid(request, options);
  const Bytes png =
      write_png(enlarged(sampler.grid(request, grid.rows, grid.columns), options.scale));
  if (options.out == "-") {
    print(as_text(png));
  } else {
    write_file(options.out, png);
  }
}

// By --seeds; without, as many as the grid has places.
SampleRequest request_of(const SampleFields& options) {
  std::string seeds = options.seeds.empty() ? "0" : options.seeds;
  if (options.seeds.empty() && !options.grid.empty()) {
    const Grid grid = parse_grid(options.grid, "--grid");
    seeds = "0-" + std::to_string(grid.rows * grid.columns - 1);
  }
  return {.seeds = parse_seeds(seeds, "--seeds"),
          .label = options.label,
          .attributes = options.attributes,
          .text = options.text,
          .truncation = options.trunc,
          .with_input = options.with_input};
}

// What the options ask for: an array, a table, a grid, a file a sample, ...
void write_samples(Sampler& sampler, const SampleRequest& request, const SampleFields& options,
                   const std::string& device) {
  if (options.what == "latents") {
    write_latents(sampler, request, options.out);
  } else if (is_table(options.out)) {
    write_table(sampler, request, options.out, options.batch);
  } else if (!options.nearest.empty()) {
    print(write_nearest(sampler, request, options.nearest, options.out, device));
  } else if (is_array(options.out)) {
    write_array(sampler, request, options);
  } else if (options.out.empty()) {
    write_files(sampler, request, options);
  } else if (is_media(options.out)) {
    write_media(sampler, request, options);
  } else {
    write_grid(sampler, request, options);
  }
}

// "64 samples of NETWORK: grid.png", why of a run that one, and how near the outputs are to their
// targets.
void print_written(const Sampler& sampler, size_t samples, const SampleFields& options) {
  if (options.out == "-") return;
  const char* what = options.what == "latents" ? " latents of "
                     : samples == 1            ? " sample of "
                                               : " samples of ";
  print(std::to_string(samples) + what + sampler.file().string() + ": " +
        (options.out.empty() ? options.outdir : options.out) + "\n");
  if (const std::string why = why_network(options.network); !why.empty()) print(why + "\n");
  if (const std::optional<ImageQuality> quality = sampler.image_quality())
    print(quality_text(*quality));
}

}  // namespace

int run_sample(const Arguments& arguments) {
  SampleFields options;
  InputFields source;
  if (!parse({.program = "gannet sample",
              .summary = "Draws samples from a network file, which holds all that is needed.",
              .groups = {{"Options", &options},
                         {"With --data; --background and --value-range with --input too", &source}},
              .footer = "Example: gannet sample --network runs/00000-dcgan-shapes-batch64 --grid "
                        "8x8 --out grid.png",
              .not_empty = {"network", "seeds", "class", "attributes", "input", "data", "nearest",
                            "latents", "style-seeds", "style-class", "style-attributes",
                            "style-text", "grid", "out", "outdir"}},
             arguments)) {
    return 0;
  }
  check(options);
  SampleRequest request = request_of(options);
  set_threads(chosen_threads(options.threads));
  const std::string device = chosen_device(options.device, options.out == "-");
  Sampler sampler(options.network, device);
  for (const std::string& text : {options.text, options.style_text})
    for (const std::string& warning : sampler.text_warnings(text)) warn(warning);
  if (const std::string far = sampler.far_attributes(request); !far.empty()) warn(far);
  if (peek(arguments, "background"))
    source.background = parse_colour(source.source.files.background, "--background");
  set_input(sampler, options, source);
  if (is_folder_of_inputs(options.input))
    return sample_folder(sampler, {.input = options.input,
                                   .outdir = options.outdir,
                                   .request = request,
                                   .background = source.background,
                                   .value_range = source.source.files.value_range,
                                   .overwrite = options.overwrite});
  if (!options.latents.empty()) read_latents(sampler, options.latents, request);
  if (!options.style_seeds.empty()) mix_styles(sampler, options, request);
  if (const std::string idle = sampler.idle_style(request); !idle.empty()) warn(idle);
  write_samples(sampler, request, options, device);
  print_written(sampler, request.seeds.size(), options);
  return 0;
}

}  // namespace gannet::cli
