#include "gannet/models/sampler.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/data/chw.h"
#include "gannet/data/files/network_input.h"
#include "gannet/data/input_range.h"
#include "gannet/formats/columns.h"
#include "gannet/image/transparency.h"
#include "gannet/models/attribute_request.h"
#include "gannet/models/condition_request.h"
#include "gannet/models/detail/style_request.h"
#include "gannet/models/detail/text_warnings.h"
#include "gannet/models/input_images.h"
#include "gannet/models/model_file.h"
#include "gannet/models/network_path.h"
#include "gannet/models/sampling.h"
#include "gannet/models/zoo.h"
#include "gannet/tensor/image_grid.h"

namespace gannet {
namespace {

constexpr uint64_t kMostFile = uint64_t{1} << 28;  // bytes of an input image

// [N, C, H, W] in [-1, 1] to [N, H, W, C] in stored values.
Tensor in_data_units(const Tensor& x, ValueRange range) {
  return (x.clamp(-1, 1) + 1)
      .mul(0.5 * (range.high - range.low))
      .add(range.low)
      .permute({0, 2, 3, 1});
}

// Grey as [1, H, W] in [-1, 1].
Tensor grey_tensor(const Image& image) {
  std::vector<float> planes;
  to_chw(image, planes);
  return at::tensor(planes, at::kFloat).view({1, image.height, image.width});
}

// Bytes, or values in the data's units, [N, H, W, C] as RGBA [N, H, W, 4], the same alpha for all.
Tensor with_alpha_channel(const Tensor& x, const Image& alpha,
                          const std::optional<StoredRange>& range) {
  const double white = range ? range->white : 255;
  const Tensor one = (grey_tensor(alpha) + 1).mul(0.5 * white).permute({1, 2, 0}).round();
  const Tensor all = one.to(x.scalar_type()).expand({x.size(0), -1, -1, -1});
  return at::cat({x.expand({-1, -1, -1, 3}), all}, 3).contiguous();
}

void append(std::vector<float>& to, const Tensor& x) {
  const Tensor plain = x.to(at::kCPU, at::kFloat).contiguous();
  to.insert(to.end(), plain.const_data_ptr<float>(), plain.const_data_ptr<float>() + plain.numel());
}

}  // namespace

struct Sampler::State {
  Path file;
  Model model;
  InputImages inputs;
  std::string pairs;  // "side AtoB": how those of training lay in their files; "" where not known

  // An input in the shape of two side by side.
  std::string whole_pair_text(const Image& image) const {
    const Shape& input = model.info.input_image;
    if (!pairs.starts_with("side") || image.width * input[1] != 2 * image.height * input[2])
      return "";
    return std::string(
               "it has the shape of a whole pair of the training (--pairs side), and all of "
               "it is taken as input; cut to its ") +
           (pairs.ends_with("AtoB") ? "left" : "right") + " half it is as there";
  }

  // [n, ...] in the network's range.
  Tensor samples(const SampleRequest& request, int64_t first, int64_t n) {
    const std::span<const uint64_t> seeds(request.seeds.data() + first, static_cast<size_t>(n));
    ConditionRequest wanted = condition_request(request.label, request.text, request.attributes);
    wanted.first = request.first + first;
    if (!request.texts.empty())
      wanted.texts.assign(request.texts.begin() + first, request.texts.begin() + first + n);
    const Condition condition = condition_for_seeds(model, wanted, seeds);
    if (model.recipe->image_to_image) {
      if (request.truncation != 1)
        throw UsageError("--trunc scales a latent, and this network draws from an image alone",
                         std::string(model.recipe->name));
      return image_to_image(seeds, block_of(request));
    }
    const Tensor z = latents(request, first, n);
    const Address draws{.purpose = Purpose::sample};
    if (!request.style)
      return draw_samples(*model.gan, z, condition, draws, 0, seeds, block_of(request));
    return draw_mixed_samples(*model.gan, z, condition, fine_style(model, request, first, n), draws,
                              seeds, block_of(request));
  }

  static int64_t block_of(const SampleRequest& request) {
    return request.block > 0 ? request.block : kSampleBlock;
  }

  // [n, latent...], scaled by the truncation.
  Tensor latents(const SampleRequest& request, int64_t first, int64_t n) {
    const std::span<const uint64_t> seeds(request.seeds.data() + first, static_cast<size_t>(n));
    if (request.latents.empty()) return latents_for_seeds(*model.gan, seeds) * request.truncation;
    require_latent(model, file);
    Shape shape = model.gan->latent();
    const int64_t each = count(shape);
    if (static_cast<int64_t>(request.latents.size()) !=
        each * static_cast<int64_t>(request.seeds.size()))
      throw Error(std::to_string(request.latents.size()) + " numbers are no latents of " +
                      std::to_string(request.seeds.size()) + " samples, expected " +
                      to_string(shape) + " each",
                  file.string());
    shape.insert(shape.begin(), n);
    const auto from = request.latents.begin() + static_cast<std::ptrdiff_t>(first * each);
    const std::vector<float> part(from, from + static_cast<std::ptrdiff_t>(n * each));
    return at::tensor(part, at::kFloat).view(shape).to(model.gan->setup().tensor) *
           request.truncation;
  }

  // Points in the data's own units, [n, D] float64.
  Tensor points(const Tensor& samples) const {
    return samples.to(at::kCPU, at::kDouble) * at::tensor(model.info.scale) +
           at::tensor(model.info.mean);
  }

  // The columns of a table, or of plain points.
  TableColumns table() const {
    const DatasetInfo& info = model.info;
    if (!info.is_points()) throw Error("this network draws no points", file.string());
    if (info.table) return *info.table;
    TableColumns plain{.columns = std::vector<Column>(info.mean.size()),
                       .has_names = info.columns.size() == info.mean.size()};
    for (size_t c = 0; c < plain.columns.size(); ++c) {
      plain.columns[c].decimals = -1;
      if (plain.has_names) plain.columns[c].name = info.columns[c];
    }
    return plain;
  }

  Tensor image_to_image(std::span<const uint64_t> seeds, int64_t block) {
    const Tensor images = inputs.batch(seeds).to(model.gan->setup().tensor);
    Gan& gan = *model.gan;
    const Address draws{.purpose = Purpose::sample};
    Tensor outputs;
    if (Shape(images.sizes().begin() + 1, images.sizes().end()) == model.info.input_image) {
      outputs = draw_samples(gan, gan.latents(draws, 0, images.size(0)), {.input_image = images},
                             draws, 0, seeds, block);
    } else {
      const bool enlarges = gan.tiling().scale > 0;
      std::vector<Tensor> all;
      for (int64_t i = 0; i < images.size(0); ++i) {
        // The same image once: an enlargement draws nothing at random.
        const bool again = enlarges && i > 0 && inputs.single_image();
        all.push_back(again      ? all[0]
                      : enlarges ? enlarge(gan, images[i], draws)
                                 : translate(gan, images[i], draws, seeds[static_cast<size_t>(i)]));
      }
      outputs = at::stack(all);
    }
    inputs.measure(seeds, outputs);
    return outputs;
  }
};

Sampler::Sampler(const Path& network, const std::string& device)
    : state_(std::make_unique<State>()) {
  state_->file = network_path(network);
  state_->model = open_model(state_->file, device);
  state_->inputs = InputImages(state_->model);
  if (!takes_image()) return;
  const Bytes bytes = read_network_file(state_->file);
  const Metadata metadata = read_model_file(bytes, "network", state_->file.string(), "").metadata;
  if (const auto found = metadata.find("pairs"); found != metadata.end())
    state_->pairs = found->second;
}

Sampler::~Sampler() = default;

const Path& Sampler::file() const { return state_->file; }
bool Sampler::is_image() const { return state_->model.info.is_image(); }
bool Sampler::is_audio() const { return state_->model.info.is_audio(); }
bool Sampler::is_video() const { return state_->model.info.is_video(); }
double Sampler::rate() const { return state_->model.info.rate; }
std::optional<StoredRange> Sampler::value_range() const {
  return is_image() ? state_->model.info.value_range : std::nullopt;
}
const std::vector<std::string>& Sampler::classes() const { return state_->model.info.classes; }
bool Sampler::takes_class() const { return state_->model.gan->has_input("labels"); }
bool Sampler::takes_text() const { return state_->model.info.tokens > 0; }

std::vector<int64_t> Sampler::style_sizes() const { return state_->model.gan->style_sizes(); }

bool Sampler::takes_image() const { return state_->model.recipe->image_to_image; }
Sampler::Input Sampler::read_input(const Path& file, const std::string& value_range) const {
  return read_input(read_file(file, kMostFile), file.string(), value_range);
}
Sampler::Input Sampler::read_input(ByteSpan bytes, std::string_view source,
                                   const std::string& value_range) const {
  const DatasetInfo& info = state_->model.info;
  const std::optional<StoredRange>& range = info.input_range ? info.input_range : info.value_range;
  RangedImage read = read_image_by_range(bytes, {range, value_range}, source);
  return {std::move(read.image), std::move(read.note)};
}
std::string Sampler::set_input(const Image& image, std::optional<Colour> background) {
  const std::string done = state_->inputs.set_source(image, background),
                    whole = state_->whole_pair_text(image);
  return done.empty() || whole.empty() ? done + whole : done + "; " + whole;
}
void Sampler::set_input(const std::string& data, SourceOptions options) {
  state_->inputs.set_source(data, std::move(options));
}
std::optional<ImageQuality> Sampler::image_quality() const {
  return state_->inputs.image_quality();
}

std::vector<std::string> Sampler::text_warnings(const std::string& text) const {
  return gannet::text_warnings(state_->model, text);
}
std::string Sampler::idle_style(const SampleRequest& request) const {
  return gannet::idle_style(state_->model, request);
}
std::string Sampler::far_attributes(const SampleRequest& request) const {
  return far_attributes_text(state_->model.info, request.attributes, "--attributes");
}

std::vector<int64_t> Sampler::item_shape() const {
  const Shape& d = takes_image() ? state_->inputs.output_shape() : state_->model.info.dims;
  const bool alpha = takes_image() && state_->inputs.alpha();
  return is_image() ? std::vector<int64_t>{d[1], d[2], alpha ? 4 : d[0]} : d;
}

void Sampler::draw(const SampleRequest& request,
                   const std::function<void(const SampleBlock&)>& put) {
  const int64_t total = static_cast<int64_t>(request.seeds.size());
  const DatasetInfo& info = state_->model.info;
  for (int64_t first = 0; first < total; first += kSampleBlock) {
    const int64_t n = std::min(kSampleBlock, total - first);
    Tensor x = state_->samples(request, first, n);
    const std::optional<StoredRange> range = value_range();
    if (range) x = in_data_units(x, range->values);
    if (is_image() && !range) x = to_bytes(x);
    if (info.is_points()) x = state_->points(x);
    x = x.to(at::kCPU, is_image() && !range ? at::kByte : at::kFloat).contiguous();
    if (takes_image() && state_->inputs.alpha())
      x = with_alpha_channel(x, *state_->inputs.alpha(), range);
    const auto* bytes = static_cast<const std::byte*>(x.const_data_ptr());
    put({first, n, Bytes(bytes, bytes + x.nbytes())});
  }
}

std::vector<float> Sampler::values(const SampleRequest& request) {
  std::vector<float> all;
  const auto total = static_cast<int64_t>(request.seeds.size());
  for (int64_t first = 0; first < total; first += kSampleBlock) {
    const int64_t n = std::min(kSampleBlock, total - first);
    Tensor x = state_->samples(request, first, n);
    if (state_->model.info.is_points()) x = state_->points(x);
    append(all, x);
  }
  return all;
}

std::vector<int64_t> Sampler::classes_of(const std::vector<uint64_t>& seeds) const {
  if (!takes_class()) return {};
  const Tensor labels = condition_for_seeds(state_->model, {}, seeds).labels;
  if (!labels.defined()) return {};
  return {labels.const_data_ptr<int64_t>(), labels.const_data_ptr<int64_t>() + labels.numel()};
}

std::vector<float> Sampler::reconstructed(const std::vector<float>& samples, int64_t n,
                                          uint64_t seed, int64_t first) {
  const at::NoGradGuard no_grad;
  Gan& gan = *state_->model.gan;
  for (Net* net : gan.nets()) net->set_mode({.training = false});
  Shape shape = state_->model.info.dims;
  shape.insert(shape.begin(), n);
  const Tensor x = at::tensor(samples, at::kFloat).view(shape);
  std::vector<float> all;
  for (int64_t from = 0; from < n; from += kSampleBlock) {
    const int64_t count = std::min(kSampleBlock, n - from);
    const auto output = gan.reconstruct(
        x.slice(0, from, from + count).to(gan.setup().tensor),
        gan.latents({.seed = seed, .purpose = Purpose::sample}, first + from, count));
    if (!output) return {};
    append(all, output->samples);
  }
  return all;
}

std::vector<float> Sampler::latents(const SampleRequest& request) {
  require_latent(state_->model, state_->file);
  const Tensor z = state_->latents(request, 0, static_cast<int64_t>(request.seeds.size()))
                       .to(at::kCPU, at::kFloat)
                       .contiguous();
  return {z.const_data_ptr<float>(), z.const_data_ptr<float>() + z.numel()};
}

std::vector<int64_t> Sampler::latent_shape() const { return state_->model.gan->latent(); }

std::string Sampler::csv_header(char separator) const {
  const TableColumns table = state_->table();
  if (!table.has_names) return "";
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  return csv_line(names, separator);
}

char Sampler::csv_separator() const { return state_->table().separator; }

std::string Sampler::csv_rows(const SampleRequest& request, char separator) {
  const TableColumns table = state_->table();
  const auto total = static_cast<int64_t>(request.seeds.size());
  std::string lines;
  for (int64_t first = 0; first < total; first += kSampleBlock) {
    const int64_t n = std::min(kSampleBlock, total - first);
    const Tensor x = state_->points(state_->samples(request, first, n)).contiguous();
    const std::span values(x.const_data_ptr<double>(), static_cast<size_t>(x.numel()));
    const size_t width = values.size() / static_cast<size_t>(n);
    for (size_t i = 0; i < static_cast<size_t>(n); ++i)
      lines += csv_line(to_cells(table.columns, values.subspan(i * width, width)), separator);
  }
  return lines;
}

Image Sampler::grid(const SampleRequest& request, int64_t rows, int64_t columns) {
  Tensor samples = state_->samples(request, 0, static_cast<int64_t>(request.seeds.size()));
  if (request.with_input) samples = state_->inputs.with_targets(request.seeds, samples);
  Image grid = draw_grid(samples, rows, columns);
  if (!takes_image() || !state_->inputs.alpha() || request.with_input) return grid;
  const Tensor alpha = grey_tensor(*state_->inputs.alpha()).expand({samples.size(0), 1, -1, -1});
  return with_alpha(std::move(grid), draw_grid(alpha, rows, columns));
}

}  // namespace gannet
