#include "gannet/tools/interpolation.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/models/condition_request.h"
#include "gannet/models/network_path.h"
#include "gannet/models/sampling.h"
#include "gannet/tensor/image_grid.h"
#include "gannet/tensor/slerp.h"

namespace gannet {
namespace {

// One key frame, as a batch of one.
struct Key {
  Tensor z;
  Condition condition;
};

// Half-way a condition that cannot be mixed changes.
Tensor nearer(const Tensor& a, const Tensor& b, double t) { return t < 0.5 ? a : b; }

Key between(const Key& a, const Key& b, double t) {
  Key mixed{.z = slerp(a.z, b.z, t), .condition = {}};
  const Condition &p = a.condition, &q = b.condition;
  mixed.condition.labels = nearer(p.labels, q.labels, t);
  mixed.condition.tokens = nearer(p.tokens, q.tokens, t);
  mixed.condition.input_image = nearer(p.input_image, q.input_image, t);
  const auto mix = [t](const Tensor& from, const Tensor& to) {
    return from.defined() ? from * (1 - t) + to * t : Tensor();
  };
  mixed.condition.attributes = mix(p.attributes, q.attributes);
  mixed.condition.text_embedding = mix(p.text_embedding, q.text_embedding);
  return mixed;
}

// The weights in which a net looks up its labels: rows are classes. Empty where it uses labels in
// any other way.
std::vector<Tensor> class_tables(const Net& net, int64_t classes) {
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

// While it lives, row i of each table is the mixture of frame i.
class MixedTables {
 public:
  explicit MixedTables(std::vector<Tensor> tables) : tables_(std::move(tables)) {
    for (const Tensor& table : tables_) kept_.push_back(table.clone());
  }
  ~MixedTables() {
    for (size_t i = 0; i < tables_.size(); ++i) tables_[i].copy_(kept_[i]);
  }
  MixedTables(const MixedTables&) = delete;
  MixedTables& operator=(const MixedTables&) = delete;

  bool empty() const { return tables_.empty(); }

  void mix(int64_t row, int64_t a, int64_t b, double t) {
    for (size_t i = 0; i < tables_.size(); ++i)
      tables_[i].select(0, row).copy_(kept_[i].select(0, a) * (1 - t) + kept_[i].select(0, b) * t);
  }

 private:
  std::vector<Tensor> tables_, kept_;
};

// Lists of one entry a key frame are gone through in turn.
template <class T>
std::optional<T> in_turn(const std::vector<T>& list, size_t i) {
  if (list.empty()) return {};
  return list[i % list.size()];
}

}  // namespace

struct Walker::State {
  Path file;
  Model model;

  int64_t classes() const { return model.info.classes_count(); }
  // Null where a recipe names its nets otherwise.
  const Net* generator() const {
    const auto nets = model.gan->nets();
    for (const char* name : {"G_ema", "G"})
      if (const auto at = std::ranges::find(nets, name, [](const Net* net) { return net->name(); });
          at != nets.end())
        return *at;
    return nullptr;
  }
  bool takes_classes() const { return generator() && generator()->spec().has_input("labels"); }

  std::vector<Key> keys(const WalkRequest& request) {
    std::vector<Key> all;
    for (size_t i = 0; i < request.key_frames(); ++i) {
      const uint64_t seed = request.seeds[i % request.seeds.size()];
      Key key{
          .z = latents_for_seeds(*model.gan, {&seed, 1}) * request.truncation,
          .condition = condition_of(
              model,
              {.label = in_turn(request.classes, i),
               .text = in_turn(request.texts, i),
               .attributes = in_turn(request.attributes, i)},
              {&seed, 1}, {.label = "--classes", .text = "--texts", .attributes = "--attributes"})};
      if (key.condition.tokens.defined())
        key.condition.text_embedding = encode_sentence(*model.gan, key.condition.tokens);
      all.push_back(std::move(key));
    }
    return all;
  }

  Tensor draw(const std::vector<Key>& frames) {
    std::vector<Tensor> z;
    std::vector<Condition> conditions;
    for (const Key& frame : frames) {
      z.push_back(frame.z);
      conditions.push_back(frame.condition);
    }
    return draw_samples(*model.gan, at::cat(z), concat(conditions), {.purpose = Purpose::sample});
  }
};

Walker::Walker(const Path& network) : state_(std::make_unique<State>()) {
  state_->file = network_path(network);
  state_->model = open_model(state_->file);
  if (!state_->model.info.is_image())
    throw Error("this network draws no images", state_->file.string());
}

Walker::~Walker() = default;

const Path& Walker::file() const { return state_->file; }

WalkReport Walker::walk(const WalkRequest& request, const std::function<void(const Image&)>& put) {
  const std::vector<Key> keys = state_->keys(request);
  const size_t count = keys.size(), stretches = request.loop ? count : count - 1;
  const bool labelled = state_->takes_classes();
  MixedTables tables(labelled ? class_tables(*state_->generator(), state_->classes())
                              : std::vector<Tensor>());
  WalkReport report;
  const bool mixed = !tables.empty();
  if (labelled) report.classes = mixed ? "mixed" : "switched";
  const size_t block =
      static_cast<size_t>(mixed ? std::min(kSampleBlock, state_->classes()) : kSampleBlock);

  std::vector<Key> frames;
  const auto flush = [&] {
    if (frames.empty()) return;
    const Tensor x = state_->draw(frames);
    for (int64_t i = 0; i < x.size(0); ++i) put(draw_grid(x.slice(0, i, i + 1), 1, 1));
    report.frames += x.size(0);
    frames.clear();
  };
  const auto add = [&](const Key& a, const Key& b, double t) {
    frames.push_back(between(a, b, t));
    if (mixed) {
      const auto row = static_cast<int64_t>(frames.size()) - 1;
      tables.mix(row, a.condition.labels.item<int64_t>(), b.condition.labels.item<int64_t>(), t);
      frames.back().condition.labels = at::tensor({row}, at::kLong);
    }
    if (frames.size() == block) flush();
  };
  for (size_t k = 0; k < stretches; ++k)
    for (int64_t f = 0; f < request.frames; ++f)
      add(keys[k], keys[(k + 1) % count],
          static_cast<double>(f) / static_cast<double>(request.frames));
  if (!request.loop) add(keys.back(), keys.back(), 0);
  flush();
  return report;
}

}  // namespace gannet
