#include "gannet/tools/interpolation.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <functional>

#include "gannet/base/error.h"
#include "gannet/models/condition_request.h"
#include "gannet/models/network_path.h"
#include "gannet/models/sampling.h"
#include "gannet/tensor/image_grid.h"
#include "gannet/tensor/slerp.h"

namespace gannet {
namespace {

// The generator's input for one frame, as a batch of one.
struct Frame {
  Tensor z;
  Condition condition;
};

// Of networks that draw points: those of one frame, each of its own latent.
constexpr uint64_t kPoints = 256;

// A condition that cannot be interpolated changes half-way.
Tensor nearer(const Tensor& a, const Tensor& b, double t) { return t < 0.5 ? a : b; }

Frame interpolated(const Frame& a, const Frame& b, double t) {
  Frame frame{.z = slerp(a.z, b.z, t), .condition = {}};
  const Condition &p = a.condition, &q = b.condition;
  frame.condition.labels = nearer(p.labels, q.labels, t);
  frame.condition.tokens = nearer(p.tokens, q.tokens, t);
  frame.condition.input_image = nearer(p.input_image, q.input_image, t);
  const auto lerp = [t](const Tensor& from, const Tensor& to) {
    return from.defined() ? from * (1 - t) + to * t : Tensor();
  };
  frame.condition.attributes = lerp(p.attributes, q.attributes);
  frame.condition.text_embedding = lerp(p.text_embedding, q.text_embedding);
  return frame;
}

// A net's class embeddings: weights whose rows are looked up by label. Empty where it uses labels
// in any other way.
std::vector<Tensor> class_embeddings(const Net& net, int64_t classes) {
  const std::vector<Node>& nodes = net.spec().nodes();
  std::vector<Tensor> tables;
  const auto is_labels = [&](int i) {
    return nodes[static_cast<size_t>(i)].kind == Node::Kind::input &&
           nodes[static_cast<size_t>(i)].name == "labels";
  };
  for (const Node& node : nodes) {
    if (std::ranges::none_of(node.in, is_labels)) continue;
    const size_t before = tables.size();
    for (const int i : node.in) {
      const Node& weight = nodes[static_cast<size_t>(i)];
      if (weight.kind != Node::Kind::parameter || weight.shape.empty() ||
          weight.shape[0] != classes)
        continue;
      const auto slot = std::ranges::find(net.slots(), weight.name, &Slot::name);
      if (slot != net.slots().end()) tables.push_back(Net::view(net.parameters, *slot));
    }
    if (tables.size() == before) return {};
  }
  return tables;
}

// Overwrites rows of embeddings by interpolations of their original rows; the destructor restores
// them.
class InterpolatedEmbeddings {
 public:
  explicit InterpolatedEmbeddings(std::vector<Tensor> tables) : tables_(std::move(tables)) {
    for (const Tensor& table : tables_) originals_.push_back(table.clone());
  }
  ~InterpolatedEmbeddings() {
    for (size_t i = 0; i < tables_.size(); ++i) tables_[i].copy_(originals_[i]);
  }
  InterpolatedEmbeddings(const InterpolatedEmbeddings&) = delete;
  InterpolatedEmbeddings& operator=(const InterpolatedEmbeddings&) = delete;

  bool empty() const { return tables_.empty(); }

  // Row `row` becomes (1 - t) of class a's and t of class b's.
  void set_row(int64_t row, int64_t a, int64_t b, double t) {
    for (size_t i = 0; i < tables_.size(); ++i)
      tables_[i].select(0, row).copy_(originals_[i].select(0, a) * (1 - t) +
                                      originals_[i].select(0, b) * t);
  }

 private:
  std::vector<Tensor> tables_, originals_;
};

// Frames in blocks that are drawn at once.
class FrameBlocks {
 public:
  FrameBlocks(size_t block, InterpolatedEmbeddings& embeddings,
              std::function<void(const std::vector<Frame>&)> draw)
      : block_(block), embeddings_(embeddings), draw_(std::move(draw)) {}

  // The one at t from a to b.
  void add(const Frame& a, const Frame& b, double t) {
    frames_.push_back(interpolated(a, b, t));
    if (!embeddings_.empty()) {
      const auto row = static_cast<int64_t>(frames_.size()) - 1;
      embeddings_.set_row(row, a.condition.labels.item<int64_t>(),
                          b.condition.labels.item<int64_t>(), t);
      frames_.back().condition.labels = at::tensor({row}, at::kLong);
    }
    if (frames_.size() == block_) flush();
  }

  void flush() {
    if (frames_.empty()) return;
    draw_(frames_);
    count_ += static_cast<int64_t>(frames_.size());
    frames_.clear();
  }

  int64_t count() const { return count_; }  // drawn

 private:
  size_t block_;
  InterpolatedEmbeddings& embeddings_;
  std::function<void(const std::vector<Frame>&)> draw_;
  std::vector<Frame> frames_;
  int64_t count_ = 0;
};

// Entry i of a list that repeats; none of an empty one.
template <class T>
std::optional<T> cyclic(const std::vector<T>& list, size_t i) {
  if (list.empty()) return {};
  return list[i % list.size()];
}

}  // namespace

struct Walker::State {
  Path file;
  Model model;

  int64_t classes() const { return model.info.classes_count(); }
  const Net* generator() const { return model.gan->generator_net(); }
  bool takes_classes() const { return generator() && generator()->spec().has_input("labels"); }

  // A seed is one image, or the first of a frame's points.
  std::vector<uint64_t> seeds_of(uint64_t seed) const {
    std::vector<uint64_t> seeds = {seed};
    for (uint64_t i = 1; model.info.is_points() && i < kPoints; ++i)
      seeds.push_back(seed + (i << 32));
    return seeds;
  }

  std::vector<Frame> key_frames(const WalkRequest& request) {
    std::vector<Frame> all;
    for (size_t i = 0; i < request.key_frames(); ++i) {
      const std::vector<uint64_t> seeds = seeds_of(request.seeds[i % request.seeds.size()]);
      Frame key{
          .z = latents_for_seeds(*model.gan, seeds) * request.truncation,
          .condition = condition_for_seeds(
              model,
              {.label = cyclic(request.classes, i),
               .text = cyclic(request.texts, i),
               .attributes = cyclic(request.attributes, i)},
              seeds, {.label = "--classes", .text = "--texts", .attributes = "--attributes"})};
      if (key.condition.tokens.defined())
        key.condition.text_embedding = encode_sentence(*model.gan, key.condition.tokens);
      all.push_back(std::move(key));
    }
    return all;
  }

  Tensor draw(const std::vector<Frame>& frames) {
    std::vector<Tensor> z;
    std::vector<Condition> conditions;
    for (const Frame& frame : frames) {
      z.push_back(frame.z);
      conditions.push_back(frame.condition);
    }
    return draw_samples(*model.gan, at::cat(z), concat(conditions), {.purpose = Purpose::sample});
  }
};

Walker::Walker(const Path& network, const std::string& device) : state_(std::make_unique<State>()) {
  state_->file = network_path(network);
  state_->model = open_model(state_->file, device);
  if (!state_->model.info.is_image() && !state_->model.info.is_points())
    throw Error("this network draws neither images nor points", state_->file.string());
  require_latent(state_->model, state_->file);
}

Walker::~Walker() = default;

const Path& Walker::file() const { return state_->file; }

WalkReport Walker::walk(const WalkRequest& request,
                        const std::function<void(const Image&)>& on_frame) {
  const std::vector<Frame> keys = state_->key_frames(request);
  const size_t count = keys.size(), intervals = request.loop ? count : count - 1;
  const bool points = state_->model.info.is_points();
  const bool labelled = state_->takes_classes();
  InterpolatedEmbeddings embeddings(labelled && !points
                                        ? class_embeddings(*state_->generator(), state_->classes())
                                        : std::vector<Tensor>());
  WalkReport report;
  const bool interpolates = !embeddings.empty();
  if (labelled) report.classes = interpolates ? "interpolated" : "switched";
  const size_t block =
      points ? 1
             : static_cast<size_t>(interpolates ? std::min(kSampleBlock, state_->classes())
                                                : kSampleBlock);
  // Behind the points of a frame those of all key frames, which also give all frames the same axes.
  const Tensor behind = points ? state_->draw(keys).to(at::kCPU, at::kFloat) : Tensor();
  const auto draw = [&](const std::vector<Frame>& frames) {
    const Tensor x = state_->draw(frames);
    if (points) return on_frame(draw_grid(x.to(at::kCPU, at::kFloat), 1, 1, behind));
    for (int64_t i = 0; i < x.size(0); ++i) on_frame(draw_grid(x.slice(0, i, i + 1), 1, 1));
  };
  FrameBlocks frames(block, embeddings, draw);
  for (size_t k = 0; k < intervals; ++k)
    for (int64_t f = 0; f < request.frames; ++f)
      frames.add(keys[k], keys[(k + 1) % count],
                 static_cast<double>(f) / static_cast<double>(request.frames));
  if (!request.loop) frames.add(keys.back(), keys.back(), 0);
  frames.flush();
  report.frames = frames.count();
  return report;
}

}  // namespace gannet
