#include "gannet/data/preview.h"

#include <ATen/ops/empty.h>

#include <algorithm>

#include "gannet/image/canvas.h"
#include "gannet/image/font.h"
#include "gannet/tensor/image_grid.h"

namespace gannet {
namespace {

constexpr Colour kPaper = {255, 255, 255}, kInk = {40, 40, 40};
constexpr int64_t kGap = 4;  // pixels between images
constexpr int64_t kLinePitch = kGlyphHeight + kDescent + 2;
constexpr int64_t kCaptionedWidth = 108;  // pixels: a caption takes three lines
constexpr int64_t kLabelledWidth = 56;
constexpr int64_t kPlotted = 5000;  // points

Shape batch_shape(int64_t n, const Shape& dims) {
  Shape shape = {n};
  shape.insert(shape.end(), dims.begin(), dims.end());
  return shape;
}

// One field of the samples, [N, dims...].
Tensor stack(const Dataset& data, const std::vector<int64_t>& indices, const Shape& dims,
             std::vector<float> Sample::*part) {
  const Tensor all = at::empty(batch_shape(static_cast<int64_t>(indices.size()), dims),
                               at::TensorOptions().dtype(at::kFloat));
  float* to = all.mutable_data_ptr<float>();
  Sample sample;
  for (const int64_t index : indices) {
    data.get(index, sample);
    to = std::copy((sample.*part).begin(), (sample.*part).end(), to);
  }
  return all;
}

std::vector<int64_t> first_samples(const Dataset& data, int64_t n) {
  std::vector<int64_t> indices(static_cast<size_t>(std::min(n, data.size())));
  for (size_t i = 0; i < indices.size(); ++i) indices[i] = static_cast<int64_t>(i);
  return indices;
}

// The first `columns` samples of each of the first `rows` classes.
std::vector<std::vector<int64_t>> by_class(const Dataset& data, int64_t rows, int64_t columns) {
  std::vector<std::vector<int64_t>> found(
      static_cast<size_t>(std::min(rows, data.info().classes_count())));
  size_t missing = found.size() * static_cast<size_t>(columns);
  Sample sample;
  for (int64_t i = 0; i < data.size() && missing > 0; ++i) {
    data.get(i, sample);
    if (sample.label < 0 || sample.label >= static_cast<int64_t>(found.size())) continue;
    std::vector<int64_t>& row = found[static_cast<size_t>(sample.label)];
    if (row.size() == static_cast<size_t>(columns)) continue;
    row.push_back(i);
    --missing;
  }
  return found;
}

std::vector<std::string> wrap(const std::string& text, int64_t width) {
  std::vector<std::string> lines = {""};
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    const std::string longer = lines.back().empty() ? word : lines.back() + " " + word;
    if (text_width(longer) <= width || lines.back().empty())
      lines.back() = longer;
    else
      lines.push_back(word);
    at = end + 1;
  }
  return lines;
}

// One sample; of a pair, the input to its left.
Image draw_one(const Dataset& data, int64_t index) {
  const DatasetInfo& info = data.info();
  const Image own = draw_grid(stack(data, {index}, info.dims, &Sample::values), 1, 1);
  if (info.input_image.empty()) return own;
  const Image input = draw_grid(stack(data, {index}, info.input_image, &Sample::input_image), 1, 1);
  Image both = blank(input.width + own.width, std::max(input.height, own.height), kPaper);
  paste(both, input, 0, 0);
  paste(both, own, input.width, 0);
  return both;
}

// The integer factor that makes an image at least `least` wide.
int64_t scale_to(int64_t width, int64_t least) {
  return std::max<int64_t>(1, (least + width - 1) / width);
}

Image labelled(const Dataset& data, int64_t rows, int64_t columns) {
  const std::vector<std::string>& names = data.info().classes;
  const std::vector<std::vector<int64_t>> found = by_class(data, rows, columns);
  const Image one = draw_one(data, 0);
  const int64_t scale = scale_to(one.width, kLabelledWidth), width = one.width * scale,
                height = one.height * scale;
  int64_t margin = 0;
  for (size_t r = 0; r < found.size(); ++r) margin = std::max(margin, text_width(names[r]));
  margin += 2 * kGap;
  Image canvas = blank(margin + columns * (width + kGap),
                       static_cast<int64_t>(found.size()) * (height + kGap) + kGap, kPaper);
  for (size_t r = 0; r < found.size(); ++r) {
    const int64_t top = static_cast<int64_t>(r) * (height + kGap) + kGap;
    draw_text(canvas, margin - kGap - text_width(names[r]), top + (height - kGlyphHeight) / 2,
              names[r], kInk);
    for (size_t c = 0; c < found[r].size(); ++c)
      paste(canvas, draw_one(data, found[r][c]), margin + static_cast<int64_t>(c) * (width + kGap),
            top, scale);
  }
  return canvas;
}

Image captioned(const Dataset& data, int64_t rows, int64_t columns) {
  const Image one = draw_one(data, 0);
  const int64_t scale = scale_to(one.width, kCaptionedWidth), width = one.width * scale,
                height = one.height * scale;
  const std::vector<int64_t> indices = first_samples(data, rows * columns);
  std::vector<std::vector<std::string>> captions;
  size_t lines = 1;
  for (const int64_t index : indices) {
    captions.push_back(wrap(data.caption(index), width));
    lines = std::max(lines, captions.back().size());
  }
  const int64_t pitch = height + kGap + static_cast<int64_t>(lines) * kLinePitch + kGap;
  Image canvas = blank(columns * (width + kGap) + kGap, rows * pitch + kGap, kPaper);
  for (size_t i = 0; i < indices.size(); ++i) {
    const int64_t left = kGap + static_cast<int64_t>(i) % columns * (width + kGap);
    const int64_t top = kGap + static_cast<int64_t>(i) / columns * pitch;
    paste(canvas, draw_one(data, indices[i]), left, top, scale);
    for (size_t l = 0; l < captions[i].size(); ++l)
      draw_text(canvas, left, top + height + kGap + static_cast<int64_t>(l) * kLinePitch,
                captions[i][l], kInk);
  }
  return canvas;
}

}  // namespace

Image preview(const Dataset& data, int64_t rows, int64_t columns) {
  const DatasetInfo& info = data.info();
  const auto unlabelled = [&](int64_t n, int64_t r, int64_t c) {
    return draw_grid(stack(data, first_samples(data, n), info.dims, &Sample::values), r, c);
  };
  if (info.is_points()) return unlabelled(kPlotted, 1, 1);
  if (rows < 1 || columns < 1) return unlabelled(0, rows, columns);  // throws
  if (info.is_video()) columns = std::min<int64_t>(columns, 2);
  if (info.is_audio()) columns = std::min<int64_t>(columns, 8);
  if (info.is_image() && !data.caption(0).empty()) return captioned(data, rows, columns);
  if (!info.classes.empty()) return labelled(data, rows, columns);
  return info.input_image.empty() ? unlabelled(rows * columns, rows, columns)
                                  : captioned(data, rows, columns);
}

}  // namespace gannet
