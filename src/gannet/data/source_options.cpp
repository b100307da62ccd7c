#include "gannet/data/source_options.h"

#include <algorithm>
#include <array>

#include "gannet/image/resample.h"

namespace gannet {

namespace {

void image_fields(FieldVisitor& v, SourceOptions& options) {
  FileOptions& files = options.files;
  v.field("image-size", options.image_size,
          {.help = "side of the images, or WIDTHxHEIGHT: files are resampled to it, `shapes` "
                   "rendered at it",
           .unit = "pixels",
           .min = 4,
           .max = 1024,
           .automatic = true});
  v.field("crop", files.crop,
          {.help = "of images that are not square; center: the largest part of --image-size's "
                   "shape in the middle; none: whole images, all of one shape; random: squares of "
                   "--image-size (96) at random "
                   "places, without resampling, others in each epoch",
           .choices = {"center", "none", "random"}});
  v.field("filter", files.filter,
          {.help = "antialiasing filter of resampling", .choices = filter_names()});
  v.field("background", files.background,
          {.help = "colour under transparent pixels: white, black, grey, or RRGGBB"});
  v.field("value-range", files.value_range,
          {.help = "of images, the stored values that become black and white, the same for the "
                   "whole set and kept with the model; full: their type's (255, 65535, of floating "
                   "point 0 to 1); auto: the smallest and the largest of the set; or LOW,HIGH" +
                   std::string(files.value_range == "network"
                                   ? "; network: those that the network learned from"
                                   : "")});
}

void file_fields(FieldVisitor& v, FileOptions& files) {
  v.field(
      "labels", files.labels,
      {.help = "labels of files; auto: dataset.json, else labels.csv (file, label or any columns), "
               "else sub-folders; folders; names: the words beside a number, cat.1.jpg; none; or "
               "another FILE.csv"});
  v.field(
      "pairs", files.pairs,
      {.help = "image pairs; folders: a/ and b/ with equal names; names: 1.jpg and 1_mask.png in "
               "one folder; side: the two halves of each image; edges: an image and its edges; "
               "--data A:B names two folders",
       .choices = {"auto", "none", "folders", "names", "side", "edges"}});
  v.field("direction", files.direction,
          {.help = "of pairs; AtoB: A is the input, B the target", .choices = {"AtoB", "BtoA"}});
  v.field("bad-files", files.bad_files,
          {.help = "files that cannot be used for training (`gannet data check` lists them)",
           .choices = {"refuse", "skip"}});
  v.field("kind", files.kind,
          {.help = "which files of a folder of several kinds are the samples; auto: what most of "
                   "them are; points: a table of pixels is no images",
           .choices = {"auto", "images", "audio", "video", "points"}});
}

void other_fields(FieldVisitor& v, SourceOptions& options) {
  v.field("rate", options.rate,
          {.help = "sample rate of audio files: they are resampled to it",
           .unit = "Hz",
           .min = 4000,
           .max = 192000,
           .automatic = true});
  v.field("length", options.length,
          {.help = "length of a sample of audio: shorter files are padded with zeros, longer ones "
                   "cut to where their sound begins; those of eight lengths and more give a sample "
                   "for each length, at other places in each epoch",
           .unit = "samples",
           .min = 256,
           .max = 65536,
           .automatic = true});
  v.field("frames", options.frames,
          {.help = "each folder of images is a video, of which the middle frames are taken; 0: "
                   "images are samples by themselves",
           .unit = "frames",
           .min = 0,
           .max = 256});
  v.field("gaps", options.gaps,
          {.help = "cells of a table without a value; drop: without their rows; mean: the column's "
                   "mean or most frequent word is put there",
           .choices = {"refuse", "drop", "mean"}});
}

}  // namespace

bool is_label_file(const std::string& labels) {
  constexpr std::array<std::string_view, 4> kWays = {"auto", "none", "folders", "names"};
  return std::ranges::count(kWays, labels) == 0;
}

void source_fields(FieldVisitor& v, SourceOptions& options) {
  image_fields(v, options);
  file_fields(v, options.files);
  other_fields(v, options);
}

}  // namespace gannet
