// Each recipe, small, on data that a formula gives: what the golden losses and the device test
// train.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/memory_dataset.h"

namespace gannet::test {

struct RecipeCase {
  std::string name, recipe;
  Shape dims;
  int64_t classes;
  std::vector<std::pair<std::string, std::string>> options;
  Shape image = {};  // what is given beside each sample
};

inline const std::vector<RecipeCase> kRecipeCases = {
    {"vanilla on points", "vanilla", {2}, 0, {}},
    {"vanilla by minimax and sgd",
     "vanilla",
     {1, 8, 8},
     0,
     {{"loss", "minimax"}, {"optimizer", "sgd"}, {"momentum", "0.5"}, {"lr", "0.01"}}},
    {"dcgan 28", "dcgan", {1, 28, 28}, 0, {{"ngf", "8"}, {"ndf", "8"}}},
    {"dcgan 32", "dcgan", {3, 32, 32}, 0, {{"ngf", "4"}, {"ndf", "4"}}},
    {"dcgan by bilinear upsampling",
     "dcgan",
     {3, 32, 32},
     0,
     {{"ngf", "4"}, {"ndf", "4"}, {"g-upsample", "bilinear"}}},
    {"dcgan by hinge with R1",
     "dcgan",
     {1, 28, 28},
     0,
     {{"ngf", "8"}, {"ndf", "8"}, {"loss", "hinge"}, {"d-norm", "none"}, {"r1", "1"}}},
    {"wgan-gp on points", "wgan-gp", {2}, 0, {{"ngf", "4"}, {"ndf", "4"}}},
    {"wgan-gp 28", "wgan-gp", {1, 28, 28}, 0, {{"ngf", "8"}, {"ndf", "8"}, {"d-norm", "layer"}}},
    {"wgan-gp residual",
     "wgan-gp",
     {1, 28, 28},
     0,
     {{"ngf", "2"}, {"ndf", "4"}, {"arch", "residual"}, {"d-norm", "layer"}}},
    {"sngan residual",
     "sngan",
     {1, 28, 28},
     4,
     {{"ngf", "2"}, {"ndf", "4"}, {"arch", "residual"}, {"cond", "true"}}},
    {"sngan on points", "sngan", {2}, 0, {{"ngf", "8"}, {"ndf", "8"}}},
    {"sngan 28", "sngan", {1, 28, 28}, 4, {{"ngf", "8"}, {"ndf", "8"}, {"cond", "true"}}},
    {"cgan by vector",
     "cgan",
     {1, 28, 28},
     0,
     {{"ngf", "8"}, {"ndf", "8"}, {"cond-type", "attributes"}}},
    {"r3gan by vector",
     "r3gan",
     {1, 28, 28},
     0,
     {{"ngf", "8"}, {"ndf", "8"}, {"cond", "true"}, {"cond-type", "attributes"}}},
    {"r3gan that names the vector",
     "r3gan",
     {1, 28, 28},
     0,
     {{"ngf", "8"},
      {"ndf", "8"},
      {"cond", "true"},
      {"cond-type", "attributes"},
      {"head", "classes"}}},
    {"r3gan with learnt filters",
     "r3gan",
     {3, 32, 32},
     0,
     {{"ngf", "8"}, {"ndf", "8"}, {"resample", "learned"}}},
    {"acgan 28", "acgan", {1, 28, 28}, 4, {{"ngf", "8"}, {"ndf", "8"}}},
    {"infogan 28", "infogan", {1, 28, 28}, 0, {{"ngf", "4"}, {"ndf", "4"}, {"categories", "3"}}},
    {"r3gan on points", "r3gan", {2}, 0, {{"ngf", "8"}, {"ndf", "8"}}},
    {"r3gan 28", "r3gan", {1, 28, 28}, 4, {{"ngf", "8"}, {"ndf", "8"}, {"cond", "true"}}},
    {"vae 28", "vae", {1, 28, 28}, 0, {{"ngf", "4"}, {"ndf", "4"}}},
    {"wavegan", "wavegan", {1, 256}, 0, {{"ngf", "4"}, {"ndf", "4"}}},
    {"wavegan by class",
     "wavegan",
     {1, 1024},
     3,
     {{"ngf", "2"}, {"ndf", "2"}, {"cond", "true"}, {"shuffle", "1"}}},
    {"wavegan with two spectra",
     "wavegan",
     {1, 1024},
     0,
     {{"ngf", "2"}, {"ndf", "2"}, {"spectrum", "true"}, {"long-spectrum", "4"}}},
    {"wavegan by vector",
     "wavegan",
     {1, 256},
     0,
     {{"ngf", "4"}, {"ndf", "4"}, {"cond", "true"}, {"cond-type", "attributes"}}},
    {"video", "video", {1, 8, 32, 32}, 0, {{"ngf", "2"}, {"ndf", "2"}}},
    {"video by nearest upsampling",
     "video",
     {1, 8, 32, 32},
     0,
     {{"ngf", "2"}, {"ndf", "2"}, {"g-upsample", "nearest"}}},
    {"video by class",
     "video",
     {3, 8, 32, 32},
     3,
     {{"ngf", "2"}, {"ndf", "2"}, {"cond", "true"}, {"motion", "3"}}},
    {"cgan mlp", "cgan", {1, 8, 8}, 4, {{"arch", "mlp"}, {"ngf", "16"}, {"ndf", "16"}}},
    {"cgan projection", "cgan", {1, 28, 28}, 4, {{"ngf", "8"}, {"ndf", "8"}}},
    {"cgan concat",
     "cgan",
     {1, 28, 28},
     4,
     {{"ngf", "8"}, {"ndf", "8"}, {"label-in-d", "concat"}, {"label-width", "5"}}},
    {"pix2pix",
     "pix2pix",
     {3, 16, 16},
     0,
     {{"ngf", "4"}, {"ndf", "4"}, {"patch", "16"}, {"g-norm", "batch"}, {"d-norm", "batch"}},
     {1, 16, 16}},
    {"srgan",
     "srgan",
     {3, 16, 16},
     0,
     {{"ngf", "4"},
      {"ndf", "4"},
      {"blocks", "2"},
      {"scale", "2"},
      {"g-norm", "batch"},
      {"lr", "2e-4"},
      {"glr", "5e-4"}},
     {3, 8, 8}},
    {"text2image 32",
     "text2image",
     {3, 32, 32},
     0,
     {{"ngf", "4"}, {"ndf", "4"}, {"text-width", "8"}}},
};

inline DatasetInfo shape_of(std::string_view recipe, const Shape& dims, int64_t classes,
                            const Shape& image) {
  DatasetInfo shape = data_info(dims, classes);
  shape.attributes = 5;
  shape.input_image = image;
  return recipe == "text2image" ? with_sentences(shape) : shape;
}

// The given image of sample i: numbers of a formula.
inline void give_image(const Shape& image, int64_t index, Sample& into) {
  into.input_image.resize(static_cast<size_t>(count(image)));
  for (size_t k = 0; k < into.input_image.size(); ++k)
    into.input_image[k] = static_cast<float>(number(
        hash("image"), static_cast<uint32_t>(index * count(image) + static_cast<int64_t>(k))));
}

}  // namespace gannet::test
