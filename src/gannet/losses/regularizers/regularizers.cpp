#include "gannet/losses/regularizers.h"

#include "gannet/losses/regularizer.h"

namespace gannet {
namespace {

template <class... Each, class Function>
void for_each(const RegularizerTable<Each...>& table, Function function) {
  (function(static_cast<const Each&>(table)), ...);
}

}  // namespace

std::vector<RegularizerPtr> make_regularizers(const RegularizerOptions& options,
                                              const AdversarialNets& nets) {
  std::vector<RegularizerPtr> all;
  for_each(options, [&](const auto& each) {
    RegularizerPtr regularizer = each.make(options, nets);
    if (!regularizer) return;
    regularizer->check(nets);
    all.push_back(std::move(regularizer));
  });
  return all;
}

std::vector<std::string> regularizer_warnings(const RegularizerOptions& options,
                                              const DatasetInfo& data) {
  std::vector<std::string> all;
  for_each(options, [&](const auto& each) {
    if constexpr (requires { each.warnings(data); })
      for (std::string& line : each.warnings(data)) all.push_back(std::move(line));
  });
  return all;
}

bool bounds_gradient(const RegularizerOptions& options) {
  bool bounded = false;
  for_each(options, [&](const auto& each) {
    if constexpr (requires { each.bounds_gradient(); }) bounded |= each.bounds_gradient();
  });
  return bounded;
}

}  // namespace gannet
