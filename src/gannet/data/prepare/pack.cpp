#include "gannet/data/prepare/pack.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>

#include "gannet/base/error.h"
#include "gannet/data/chw.h"
#include "gannet/data/files/attributes.h"
#include "gannet/formats/dataset_json.h"
#include "gannet/formats/npy.h"
#include "gannet/formats/png.h"
#include "gannet/formats/wav.h"
#include "gannet/formats/zip.h"

namespace gannet {
namespace {

// Values [C, H, W] into the columns of `to` from x on.
void put_chw(const std::vector<float>& values, const Shape& dims, int64_t x, Image& to) {
  for (int64_t y = 0; y < dims[1]; ++y)
    for (int64_t column = 0; column < dims[2]; ++column)
      for (int64_t c = 0; c < to.channels; ++c) {
        const int64_t plane = dims[0] == 1 ? 0 : c;
        const float value = values[static_cast<size_t>((plane * dims[1] + y) * dims[2] + column)];
        to.pixels[static_cast<size_t>((y * to.width + x + column) * to.channels + c)] =
            from_network_range(value);
      }
}

Image image_of(const DatasetInfo& info, const Sample& sample) {
  const int64_t input_width = info.input_image.empty() ? 0 : info.input_image[2];
  const int64_t channels =
      std::max(info.dims[0], info.input_image.empty() ? 1 : info.input_image[0]);
  Image image{input_width + info.dims[2], info.dims[1], channels, {}};
  image.pixels.resize(static_cast<size_t>(image.width * image.height * channels));
  if (input_width > 0) put_chw(sample.input_image, info.input_image, 0, image);
  put_chw(sample.values, info.dims, input_width, image);
  return image;
}

Bytes audio_of(const DatasetInfo& info, const Sample& sample) {
  Audio audio{.rate = std::llround(info.rate), .channels = info.dims[0], .values = {}};
  for (int64_t t = 0; t < info.dims[1]; ++t)
    for (int64_t c = 0; c < info.dims[0]; ++c)
      audio.values.push_back(sample.values[static_cast<size_t>(c * info.dims[1] + t)]);
  return write_wav(audio);
}

Bytes frame_of(const DatasetInfo& info, const Sample& sample, int64_t t) {
  const Shape& d = info.dims;
  const auto area = static_cast<std::ptrdiff_t>(d[2] * d[3]);
  std::vector<float> values;
  for (int64_t c = 0; c < d[0]; ++c) {
    const auto from = sample.values.begin() + (c * d[1] + t) * area;
    values.insert(values.end(), from, from + area);
  }
  return write_png(from_chw(values, {d[0], d[2], d[3]}));
}

// Adds the files of one sample; returns its path in dataset.json.
std::string add(const DatasetInfo& info, const Sample& sample, int64_t number, ZipWriter& to) {
  const char* kind = info.is_image() ? "img" : info.is_audio() ? "snd" : "clip";
  char text[48];
  std::snprintf(text, sizeof text, "%05lld/%s%08lld", static_cast<long long>(number / 1000), kind,
                static_cast<long long>(number));
  std::string name = text;
  if (info.is_video()) {
    for (int64_t t = 0; t < info.dims[1]; ++t) {
      std::snprintf(text, sizeof text, "/%03lld.png", static_cast<long long>(t));
      to.add(name + text, frame_of(info, sample, t));
    }
    return name;
  }
  name += info.is_audio() ? ".wav" : ".png";
  to.add(name, info.is_audio() ? audio_of(info, sample) : write_png(image_of(info, sample)));
  return name;
}

// In their own units.
std::vector<float> attributes_of(const DatasetInfo& info, const Sample& sample) {
  std::vector<float> values;
  if (info.attributes > 0) values = sample.attributes;
  if (info.attribute_table) to_own_units(*info.attribute_table, values);
  return values;
}

}  // namespace

void pack_array(const Dataset& data, const Path& out) {
  const DatasetInfo& info = data.info();
  if (!info.is_image() || (info.channels() != 1 && info.channels() != 3))
    throw Error("samples are " + to_string(info.dims) + ", only images make such an array",
                data.name());
  Sample sample;
  data.get(0, sample);
  const Image first = image_of(info, sample);
  NpyWriter file(out, Dtype::U8, {first.height, first.width, first.channels});
  for (int64_t i = 0; i < data.size(); ++i) {
    data.get(i, sample);
    const Image image = image_of(info, sample);
    file.write(std::as_bytes(std::span(image.pixels)));
  }
  file.commit();
}

void pack(const Dataset& data, const Path& zip) {
  const DatasetInfo& info = data.info();
  const bool audio = info.is_audio() && info.rate > 0;
  const bool visual = info.dims.size() > 2 && (info.channels() == 1 || info.channels() == 3);
  if (!audio && !visual)
    throw Error(
        "samples are " + to_string(info.dims) + ", only images, audio clips and videos are packed",
        data.name());
  ZipWriter file(zip);
  SampleLabels labels;
  labels.classes = info.classes;
  if (info.attribute_table && info.attribute_table->has_names)
    labels.attribute_columns = info.attribute_table->columns;
  labels.side_by_side = !info.input_image.empty();
  Sample sample;
  for (int64_t i = 0; i < data.size(); ++i) {
    data.get(i, sample);
    labels.of[add(info, sample, i, file)] = {
        .number = info.classes.empty() ? -1 : sample.label,
        .attributes = attributes_of(info, sample),
        .captions = data.captions(i)};
  }
  file.add(kDatasetJson, as_bytes(write_dataset_json(labels)));
  file.commit();
}

}  // namespace gannet
