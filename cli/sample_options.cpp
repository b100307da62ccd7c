#include "cli/sample_options.h"

#include "cli/device.h"
#include "cli/output_folder.h"
#include "cli/sample_arrays.h"
#include "gannet/base/error.h"

namespace gannet::cli {

void SampleFields::fields(FieldVisitor& v) {
  fields_of_samples(v);
  fields_of_styles(v);
  fields_of_files(v);
}

void SampleFields::fields_of_samples(FieldVisitor& v) {
  v.field("network", network,
          {.help = "a network file, or a run: its best, else newest, network; RUN@last, RUN@best, "
                   "RUN@KIMG; zoo:NAME"});
  v.field("seeds", seeds, {.help = "0,1,4-6: a sample each (default 0, or as many as --grid)"});
  v.field("latents", latents,
          {.help = "a .npy of latents [N, nz], a sample each, instead of those of the seeds"});
  v.field("class", label,
          {.help = "the class, by number or name, or several in turn: 3,4 or 0-9; without: drawn "
                   "by the seed"});
  v.field("attributes", attributes,
          {.help = "the attributes by name, in their own units, as in \"Smiling=1,Age=30\", or "
                   "in their order, as in 0.5,-1 (the codes of infogan); what is not named is "
                   "drawn from the data by the seed"});
  v.field("text", text, {.help = "a sentence to draw (networks of text2image)"});
  v.field(
      "input", input,
      {.help = "the input image, of any size, for image-to-image recipes; with --outdir a folder "
               "or zip of them, whose names and sub-folders are kept"});
  v.field("data", data,
          {.help = "a data set of input images: sample SEED is made from its image number SEED"});
  v.field("with-input", with_input,
          {.help = "with --input or --data, in a .png grid: each sample between its input and "
                   "its target"});
  v.field("trunc", trunc,
          {.help = "latents are scaled by this: less is more typical", .min = 0, .max = 10});
}

void SampleFields::fields_of_styles(FieldVisitor& v) {
  v.field("style-seeds", style_seeds,
          {.help = "style mixing: each sample once with the fine style of each of these seeds, a "
                   "row a sample, a column a style"});
  v.field("style-from", style_from,
          {.help = "resolution of the maps, in rows, from which on the fine style is read "
                   "(default: the fewest that the network allows, which shows most)",
           .min = 1,
           .automatic = true});
  v.field("style-class", style_label, {.help = "the styles' class (default: the samples')"});
  v.field("style-attributes", style_attributes,
          {.help = "the styles' attributes (default: the samples')"});
  v.field("style-text", style_text, {.help = "the styles' sentence (default: the samples')"});
}

void SampleFields::fields_of_files(FieldVisitor& v) {
  v.field("outdir", outdir,
          {.help = "a folder for one file a sample: seed0000.png, .wav or .webp, and so on"});
  v.field(
      "out", out,
      {.help = "one file for all: a .png grid, a .npy or .npz array, a .csv or .tsv of points, a "
               ".wav of one audio clip, a .webp of videos, or - for a PNG on standard output"});
  v.field("what", what,
          {.help = "what --out gets; latents: those of the samples, as --latents takes them, in a "
                   ".npy or .npz",
           .choices = {"samples", "latents"}});
  v.field("nearest", nearest,
          {.help = "a data set: each sample with its nearest images there, and their "
                   "distances; with --out FILE.png"});
  overwrite_field(v, overwrite);
  v.field("grid", grid, {.help = "columns x rows of the .png grid, as in 8x4"});
  v.field("scale", scale,
          {.help = "enlargement of the .png grid by repeating pixels", .min = 1, .max = 64});
  v.field(
      "batch", batch,
      {.help = "samples drawn at a time; no sample depends on it", .min = 1, .automatic = true});
  v.field("threads", threads,
          {.help = "threads of tensor operators", .min = 1, .max = 1024, .automatic = true});
  device_field(v, device);
}

bool is_array(const std::string& out) { return out.ends_with(".npy") || out.ends_with(".npz"); }
bool is_media(const std::string& out) { return out.ends_with(".wav") || out.ends_with(".webp"); }

void check(const SampleFields& options) {
  if (options.network.empty()) {
    throw UsageError("no network: --network is missing", "gannet sample",
                     "gannet sample --network RUN --seeds 0-63 --out grid.png");
  }
  if (options.out.empty() == options.outdir.empty()) {
    throw UsageError(options.out.empty() ? "expected --out FILE or --outdir DIR"
                                         : "expected --out or --outdir, not both",
                     "gannet sample");
  }
  if (!options.out.empty() && options.out != "-" && !options.out.ends_with(".png") &&
      !is_array(options.out) && !is_media(options.out) && !is_table(options.out)) {
    throw UsageError(
        "expected a name that ends in .png, .npy, .npz, .csv, .tsv, .wav or .webp, or -, found '" +
            options.out + "'",
        "--out");
  }
  if (!options.latents.empty() && !options.seeds.empty())
    throw UsageError("expected --seeds or --latents, not both", "--latents " + options.latents,
                     "without --seeds the samples are those of the latents, numbered from 0");
  if (options.what == "latents" && !is_array(options.out))
    throw UsageError("latents are an array", "--what latents", "--out z.npy");
  if (!options.grid.empty() && (options.out.empty() || is_array(options.out) ||
                                is_table(options.out) || options.out.ends_with(".wav"))) {
    throw UsageError("a grid is one image", "--grid", "--out FILE.png");
  }
  const bool of_styles = options.style_from > 0 || !options.style_label.empty() ||
                         !options.style_attributes.empty() || !options.style_text.empty();
  if (options.style_seeds.empty() && of_styles)
    throw UsageError("no seeds of styles: --style-seeds is missing", "gannet sample",
                     "gannet sample --network RUN --seeds 0-3 --style-seeds 4-9 --out mixed.png");
  if (!options.style_seeds.empty() && (!options.latents.empty() || options.what == "latents"))
    throw UsageError("styles are mixed of samples by --seeds", "--style-seeds");
  if (options.scale > 1 &&
      (!(options.out.ends_with(".png") || options.out == "-") || !options.nearest.empty()))
    throw UsageError("only a .png grid is enlarged", "--scale", "--out FILE.png");
}

}  // namespace gannet::cli
