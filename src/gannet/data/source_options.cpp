#include "gannet/data/source_options.h"

#include "gannet/formats/resample.h"

namespace gannet {

void picture_fields(FieldVisitor& v, SourceOptions& options) {
  PictureOptions& p = options.pictures;
  v.field("image-size", options.image_size,
          {.help = "side of the pictures: folders and zips are resampled to it, `shapes` drawn",
           .unit = "pixels",
           .min = 4,
           .max = 1024,
           .automatic = true});
  v.field(
      "crop", p.crop,
      {.help = "what of a picture that is not square: the largest square in its middle; none: "
               "pictures are taken whole, of one size; random: squares of --image-size (96) cut "
               "from anywhere in it without resampling, others in each epoch",
       .choices = {"center", "none", "random"}});
  v.field("filter", p.filter,
          {.help = "the antialiasing filter of resampling", .choices = filter_names()});
  v.field("background", p.background,
          {.help = "what transparent pixels are laid on: white, black, grey, or RRGGBB"});
  v.field("labels", p.labels,
          {.help = "of pictures; auto: dataset.json, else sub-folders are classes",
           .choices = {"auto", "folders", "none"}});
  v.field("pairs", p.pairs,
          {.help = "pictures in pairs: folders a/ and b/ of equal names, or side by side in one; "
                   "--data A:B names two folders",
           .choices = {"auto", "none", "folders", "side"}});
  v.field("direction", p.direction,
          {.help = "of pairs: which is given, and which is learned", .choices = {"AtoB", "BtoA"}});
  v.field("bad-files", p.bad_files,
          {.help = "pictures that cannot be learned from (`gannet data check` lists them)",
           .choices = {"refuse", "skip"}});
}

}  // namespace gannet
