#include "gannet/data/prepare/pack.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>

#include "gannet/base/error.h"
#include "gannet/data/detail/built_in.h"
#include "gannet/data/planes.h"
#include "gannet/formats/dataset_json.h"
#include "gannet/formats/npy.h"
#include "gannet/formats/png.h"
#include "gannet/formats/wav.h"
#include "gannet/formats/zip.h"

namespace gannet {
namespace {

// Planes of [-1, 1] into the columns of `to` from x on.
void put_planes(const std::vector<float>& planes, const Shape& dims, int64_t x, Image& to) {
  for (int64_t y = 0; y < dims[1]; ++y)
    for (int64_t column = 0; column < dims[2]; ++column)
      for (int64_t c = 0; c < to.channels; ++c) {
        const int64_t plane = dims[0] == 1 ? 0 : c;
        const float value = planes[static_cast<size_t>((plane * dims[1] + y) * dims[2] + column)];
        to.pixels[static_cast<size_t>((y * to.width + x + column) * to.channels + c)] =
            from_network_range(value);
      }
}

Image image_of(const DatasetInfo& shape, const Sample& sample) {
  const int64_t given = shape.input_image.empty() ? 0 : shape.input_image[2];
  const int64_t channels =
      std::max(shape.dims[0], shape.input_image.empty() ? 1 : shape.input_image[0]);
  Image image{given + shape.dims[2], shape.dims[1], channels, {}};
  image.pixels.resize(static_cast<size_t>(image.width * image.height * channels));
  if (given > 0) put_planes(sample.input_image, shape.input_image, 0, image);
  put_planes(sample.values, shape.dims, given, image);
  return image;
}

Bytes audio_of(const DatasetInfo& shape, const Sample& sample) {
  Audio audio{.rate = std::llround(shape.rate), .channels = shape.dims[0], .values = {}};
  for (int64_t t = 0; t < shape.dims[1]; ++t)
    for (int64_t c = 0; c < shape.dims[0]; ++c)
      audio.values.push_back(sample.values[static_cast<size_t>(c * shape.dims[1] + t)]);
  return write_wav(audio);
}

Bytes frame_of(const DatasetInfo& shape, const Sample& sample, int64_t t) {
  const Shape& d = shape.dims;
  const auto area = static_cast<std::ptrdiff_t>(d[2] * d[3]);
  std::vector<float> planes;
  for (int64_t c = 0; c < d[0]; ++c) {
    const auto from = sample.values.begin() + (c * d[1] + t) * area;
    planes.insert(planes.end(), from, from + area);
  }
  return write_png(from_planes(planes, {d[0], d[2], d[3]}));
}

// Adds the files of one sample; returns the name that dataset.json knows it by.
std::string add(const DatasetInfo& shape, const Sample& sample, int64_t number, ZipWriter& to) {
  const char* kind = shape.is_image() ? "img" : shape.is_audio() ? "snd" : "clip";
  char text[48];
  std::snprintf(text, sizeof text, "%05lld/%s%08lld", static_cast<long long>(number / 1000), kind,
                static_cast<long long>(number));
  std::string name = text;
  if (shape.is_video()) {
    for (int64_t t = 0; t < shape.dims[1]; ++t) {
      std::snprintf(text, sizeof text, "/%03lld.png", static_cast<long long>(t));
      to.add(name + text, frame_of(shape, sample, t));
    }
    return name;
  }
  name += shape.is_audio() ? ".wav" : ".png";
  to.add(name, shape.is_audio() ? audio_of(shape, sample) : write_png(image_of(shape, sample)));
  return name;
}

}  // namespace

void pack_array(const Dataset& data, const Path& out) {
  const DatasetInfo& shape = data.info();
  if (!shape.is_image() || (shape.channels() != 1 && shape.channels() != 3))
    throw Error("samples are " + to_string(shape.dims) + ", only images make such an array",
                data.name());
  Sample sample;
  data.get(0, sample);
  const Image first = image_of(shape, sample);
  NpyWriter file(out, Dtype::U8, {first.height, first.width, first.channels});
  for (int64_t i = 0; i < data.size(); ++i) {
    data.get(i, sample);
    const Image image = image_of(shape, sample);
    file.write(std::as_bytes(std::span(image.pixels)));
  }
  file.commit();
}

void pack(const Dataset& data, const Path& zip) {
  const DatasetInfo& shape = data.info();
  const bool audio = shape.is_audio() && shape.rate > 0;
  const bool seen = shape.dims.size() > 2 && (shape.channels() == 1 || shape.channels() == 3);
  if (!audio && !seen)
    throw Error(
        "samples are " + to_string(shape.dims) + ", only images, audio clips and videos are packed",
        data.name());
  ZipWriter file(zip);
  SampleLabels labels;
  labels.classes = shape.classes;
  labels.side_by_side = !shape.input_image.empty();
  Sample sample;
  for (int64_t i = 0; i < data.size(); ++i) {
    data.get(i, sample);
    labels.of[add(shape, sample, i, file)] = {
        .number = shape.classes.empty() ? -1 : sample.label,
        .attributes = shape.attributes > 0 ? sample.attributes : std::vector<float>(),
        .caption = sample.caption};
  }
  file.add("dataset.json", as_bytes(write_dataset_json(labels)));
  file.commit();
}

}  // namespace gannet
