// Opening a data set in a test, and what is said when it can't be opened.
#pragma once

#include <string>

#include "gannet/base/error.h"
#include "gannet/data/registry.h"

namespace gannet::testing {

struct Complaint {
  std::string what, hint;
  bool usage = false;
};

inline Complaint complaint(const std::string& source, const SourceOptions& options = {}) {
  try {
    open_dataset(source, options);
    return {"nothing", "", false};
  } catch (const UsageError& e) {
    return {e.what(), e.hint(), true};
  } catch (const Error& e) {
    return {e.what(), e.hint(), false};
  }
}

inline Sample sample(const Dataset& data, int64_t index) {
  Sample s;
  data.get(index, s);
  return s;
}

}  // namespace gannet::testing
