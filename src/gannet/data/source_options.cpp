#include "gannet/data/source_options.h"

#include "gannet/image/resample.h"

namespace gannet {

void image_fields(FieldVisitor& v, SourceOptions& options) {
  ImageOptions& p = options.images;
  v.field("image-size", options.image_size,
          {.help = "side of the images: folders and zips are resampled to it, `shapes` drawn",
           .unit = "pixels",
           .min = 4,
           .max = 1024,
           .automatic = true});
  v.field("crop", p.crop,
          {.help = "what of an image that is not square: the largest square in its middle; none: "
                   "images are taken whole, of one size; random: squares of --image-size (96) cut "
                   "from anywhere in it without resampling, others in each epoch",
           .choices = {"center", "none", "random"}});
  v.field("filter", p.filter,
          {.help = "the antialiasing filter of resampling", .choices = filter_names()});
  v.field("background", p.background,
          {.help = "what transparent pixels are laid on: white, black, grey, or RRGGBB"});
  v.field("labels", p.labels,
          {.help = "of files; auto: dataset.json, else sub-folders are classes",
           .choices = {"auto", "folders", "none"}});
  v.field("pairs", p.pairs,
          {.help = "images in pairs: folders a/ and b/ of equal names, side by side in one, or a "
                   "image's edges and itself; --data A:B names two folders",
           .choices = {"auto", "none", "folders", "side", "edges"}});
  v.field("direction", p.direction,
          {.help = "of pairs: which is given, and which is learned", .choices = {"AtoB", "BtoA"}});
  v.field("bad-files", p.bad_files,
          {.help = "files that cannot be learned from (`gannet data check` lists them)",
           .choices = {"refuse", "skip"}});
  v.field("rate", options.rate,
          {.help = "of folders and zips of audio clips: they are resampled to it",
           .unit = "samples per second",
           .min = 4000,
           .max = 192000,
           .automatic = true});
  v.field("length", options.length,
          {.help = "of folders and zips of audio clips: so much of each from its beginning",
           .unit = "samples",
           .min = 256,
           .max = 65536,
           .automatic = true});
  v.field("frames", options.frames,
          {.help = "each folder of images is a video, of which the middle so many are taken; 0: "
                   "images are samples by themselves",
           .unit = "frames",
           .min = 0,
           .max = 256});
}

}  // namespace gannet
