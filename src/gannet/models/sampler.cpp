#include "gannet/models/sampler.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/text/tokenizer.h"
#include "gannet/models/condition_request.h"
#include "gannet/models/input_images.h"
#include "gannet/models/model_file.h"
#include "gannet/tensor/image_grid.h"
#include "gannet/models/sampling.h"

namespace gannet {

struct Sampler::State {
  Path file;
  Model model;
  GivenPictures given;

  // [n, ...] in the network's range.
  Tensor samples(const SampleRequest& request, int64_t first, int64_t n) {
    const std::span<const uint64_t> seeds(request.seeds.data() + first, static_cast<size_t>(n));
    const Condition condition =
        condition_of(model, asked(request.label, request.text, request.vector), seeds);
    if (model.recipe->from_pictures) {
      if (request.truncation != 1)
        throw UsageError("--trunc scales a latent, and this network draws from a picture alone",
                         std::string(model.recipe->name));
      return from_pictures(seeds);
    }
    return draw_samples(*model.gan, latents_of(*model.gan, seeds) * request.truncation, condition,
                        {.purpose = Purpose::sample}, 0, seeds);
  }

  // What the recipe makes of the pictures given.
  Tensor from_pictures(std::span<const uint64_t> seeds) {
    const Tensor images = given.of(seeds).to(model.gan->setup().tensor);
    Gan& gan = *model.gan;
    const Address draws{.purpose = Purpose::sample};
    Tensor made;
    if (Shape(images.sizes().begin() + 1, images.sizes().end()) == model.shape.image) {
      made = draw_samples(gan, gan.latents(draws, 0, images.size(0)), {.image = images}, draws, 0,
                          seeds);
    } else {
      std::vector<Tensor> all;
      for (int64_t i = 0; i < images.size(0); ++i) {
        // The same picture again needs no second time: nothing random is in an enlargement.
        all.push_back(i > 0 && given.is_one() ? all[0] : enlarge(gan, images[i], draws));
      }
      made = at::stack(all);
    }
    given.measure(seeds, made);
    return made;
  }
};

Sampler::Sampler(const Path& network) : state_(std::make_unique<State>()) {
  state_->file = network_file(network);
  state_->model = open_model(state_->file);
  state_->given = GivenPictures(state_->model);
}

Sampler::~Sampler() = default;

const Path& Sampler::file() const { return state_->file; }
bool Sampler::is_image() const { return state_->model.shape.is_image(); }
bool Sampler::is_audio() const { return state_->model.shape.is_audio(); }
bool Sampler::is_video() const { return state_->model.shape.is_video(); }
double Sampler::rate() const { return state_->model.shape.rate; }
const std::vector<std::string>& Sampler::classes() const { return state_->model.shape.classes; }
bool Sampler::takes_class() const { return state_->model.gan->takes("labels"); }

bool Sampler::takes_picture() const { return state_->model.recipe->from_pictures; }
void Sampler::give(const Picture& input) { state_->given.give(input); }
void Sampler::give(const std::string& source, SourceOptions options) {
  state_->given.give(source, std::move(options));
}
std::optional<Likeness> Sampler::likeness() const { return state_->given.likeness(); }
std::string Sampler::unread(const std::string& text) const {
  const DataShape& shape = state_->model.shape;
  if (shape.tokens == 0) return "";
  const auto length = static_cast<int64_t>(shape.tokenizer->encode(text).size());
  if (length < shape.tokens) return "";
  const std::string read = shape.tokenizer->decode(shape.tokenizer->sentence(text, shape.tokens));
  return "the sentence has " + std::to_string(length) + " tokens, this network reads " +
         std::to_string(shape.tokens - 1) + " of them: up to '" + read + "'";
}

std::vector<int64_t> Sampler::item_shape() const {
  const Shape& d = takes_picture() ? state_->given.result_shape() : state_->model.shape.dims;
  return is_image() ? std::vector<int64_t>{d[1], d[2], d[0]} : d;
}

void Sampler::draw(const SampleRequest& request,
                   const std::function<void(const SampleBlock&)>& put) {
  const int64_t total = static_cast<int64_t>(request.seeds.size());
  const DataShape& shape = state_->model.shape;
  for (int64_t first = 0; first < total; first += kSampleBlock) {
    const int64_t n = std::min(kSampleBlock, total - first);
    Tensor x = state_->samples(request, first, n);
    if (is_image()) x = to_bytes(x);
    if (shape.is_points()) x = x.to(at::kDouble) * at::tensor(shape.scale) + at::tensor(shape.mean);
    x = x.to(at::kCPU, is_image() ? at::kByte : at::kFloat).contiguous();
    const auto* bytes = static_cast<const std::byte*>(x.const_data_ptr());
    put({first, n, Bytes(bytes, bytes + x.nbytes())});
  }
}

Picture Sampler::grid(const SampleRequest& request, int64_t rows, int64_t columns) {
  Tensor made = state_->samples(request, 0, static_cast<int64_t>(request.seeds.size()));
  if (request.beside) made = state_->given.around(request.seeds, made);
  return draw_grid(made, rows, columns);
}

}  // namespace gannet
