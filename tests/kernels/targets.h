// Runs a test with each set of instructions that this CPU has, down to plain loops.
#pragma once

#include <hwy/targets.h>

namespace gannet::test {

template <class F>
void with_each_target(const F& f) {
  const auto all = hwy::SupportedTargets();
  for (auto target = all; target != 0; target &= target - 1) {
    const auto one = target & ~(target - 1);
    hwy::SetSupportedTargetsForTest(one);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    f(hwy::TargetName(one));
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace gannet::test
