#include "gannet/training/detail/gradient_sum.h"

#include <ATen/TensorOperators.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>

namespace gannet {
namespace {

// Slices are large enough that a sum's latency is little beside its bytes, and at most four of a
// net: more gain nothing, as only the last one, of the first layers, is not hidden.
constexpr int64_t kLeast = 1 << 18, kMost = 4;  // numbers; slices

}  // namespace

struct GradientSum::Slices {
  struct Slice {
    Tensor gradients;
    int64_t leaves = 0, left = 0;  // weights, and those without their gradient in this pass
    bool begun = false;
  };
  const ProcessGroup& group;
  const Tensor all;
  std::vector<Slice> slices;  // in the order in which backward() comes to them
  std::vector<std::function<void()>> waits;
  bool active = false;

  Slices(const ProcessGroup& group, Tensor all) : group(group), all(std::move(all)) {}

  void start(Slice& slice) {
    slice.begun = true;
    waits.push_back(group.begin_sum(slice.gradients));
  }
  void has_gradient(size_t slice) {
    if (active && --slices[slice].left == 0) start(slices[slice]);
  }
};

namespace {

template <class Slices>
struct Hook : torch::autograd::PostAccumulateGradHook {
  Hook(std::shared_ptr<Slices> slices, size_t slice) : slices(std::move(slices)), slice(slice) {}
  void operator()(const torch::autograd::Variable&) override { slices->has_gradient(slice); }
  const std::shared_ptr<Slices> slices;
  const size_t slice;
};

}  // namespace

GradientSum::GradientSum(Net& net, const ProcessGroup& group)
    : slices_(std::make_shared<Slices>(group, net.gradients)) {
  const std::vector<Slot>& slots = net.slots();
  int64_t end = net.gradients.numel();
  const int64_t length = std::max(kLeast, (end + kMost - 1) / kMost);
  std::vector<size_t> members;
  for (size_t i = slots.size(); i-- > 0;) {
    members.push_back(i);
    if (end - slots[i].offset < length && i > 0) continue;
    const int64_t begin = i > 0 ? slots[i].offset : 0;
    for (const size_t slot : members)
      torch::autograd::impl::set_post_acc_grad_hooks(
          net.weights()[slot], std::make_unique<Hook<Slices>>(slices_, slices_->slices.size()));
    slices_->slices.push_back({.gradients = net.gradients.narrow(0, begin, end - begin),
                               .leaves = static_cast<int64_t>(members.size())});
    members.clear();
    end = begin;
  }
}

// The hooks stay with the weights, and do nothing any more.
GradientSum::~GradientSum() { slices_->active = false; }

void GradientSum::begin() {
  for (Slices::Slice& slice : slices_->slices) {
    slice.left = slice.leaves;
    slice.begun = false;
  }
  slices_->active = true;
}

void GradientSum::finish() {
  slices_->active = false;
  for (Slices::Slice& slice : slices_->slices)
    if (!slice.begun) slices_->start(slice);
  for (const std::function<void()>& wait : slices_->waits) wait();
  slices_->waits.clear();
  slices_->all.div_(static_cast<double>(slices_->group.size()));
}

}  // namespace gannet
