// How many of libtorch's operators a training step calls: what a step costs besides its kernels,
// counted and not timed, so that a regression shows on any machine.
#include <ATen/record_function.h>
#include <gtest/gtest.h>

#include "support/tiny_gan.h"

namespace gannet {
namespace {

// Operators called on this thread, the loader's not.
int64_t calls = 0;

std::unique_ptr<at::ObserverContext> count(const at::RecordFunction&) {
  ++calls;
  return nullptr;
}

// Those of one step of an ordinary game of perceptrons: the third, where all memory is there.
int64_t operators_of_a_step(at::ScalarType type) {
  Options o = test::tiny_options();
  o.kimg = 0.1;
  o.tick = 1000;
  test::TinyGan gan(o, nullptr, /*norm=*/true, at::TensorOptions(type));
  Loader loader = test::make_loader(o, test::points());
  Trainer trainer(gan, loader, o);
  const auto all = [](const Phase&) { return true; };
  trainer.run_one_step(all);
  trainer.run_one_step(all);
  calls = 0;
  const auto handle = at::addThreadLocalCallback(
      at::RecordFunctionCallback(count).scopes({at::RecordScope::FUNCTION}));
  trainer.run_one_step(all);
  at::removeCallback(handle);
  return calls;
}

TEST(Operators, AStepCallsAsFewAsItDid) {
  const int64_t fused = operators_of_a_step(at::kFloat);
  const int64_t references = operators_of_a_step(at::kDouble);
  RecordProperty("operators", std::to_string(fused));
  EXPECT_GT(fused, 50) << "is anything counted?";
  EXPECT_LT(fused, references);
  EXPECT_LE(fused, 480) << "474 when this was written, with 530 of the references";
}

}  // namespace
}  // namespace gannet
