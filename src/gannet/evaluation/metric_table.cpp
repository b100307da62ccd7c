#include "gannet/evaluation/metric_table.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "gannet/base/error.h"
#include "gannet/base/spelling.h"

namespace gannet {
namespace {

constexpr int64_t kMostSamples = 10'000'000;

// Names of other tools, and of what is to come.
struct Absent {
  std::string_view name, reason, hint;
};
constexpr Absent kAbsent[] = {
    {"fid", "FID is the Frechet distance of Inception's features, which are not here yet",
     "--metrics fd is the Frechet distance of --features"},
    {"is", "an Inception score needs a classifier, and none is here yet",
     "--metrics fd,precision,recall"},
    {"ppl", "path lengths of samples are not measured yet", "--metrics fd,precision,recall"},
    {"gan-train", "classification accuracy scores are not measured yet",
     "--metrics fd,precision,recall"},
    {"gan-test", "classification accuracy scores are not measured yet",
     "--metrics fd,precision,recall"},
};

// A number, with `k` for thousands; at the start of text, which it is taken from.
std::optional<int64_t> take_number(std::string_view& text, bool thousands) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < 1 || value > kMostSamples) return {};
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  if (thousands && text.starts_with('k')) {
    text.remove_prefix(1);
    value *= 1000;
  }
  return value;
}

// What follows the metric's name; nothing where that isn't "10k", "_k5" or both.
std::optional<MetricRequest> with_suffix(std::string_view suffix, int64_t k) {
  MetricRequest request{.k = k};
  if (!suffix.empty() && suffix[0] != '_') {
    const auto samples = take_number(suffix, /*thousands=*/true);
    if (!samples) return {};
    request.samples = *samples;
  }
  if (suffix.empty()) return request;
  if (k == 0 || !suffix.starts_with("_k")) return {};
  suffix.remove_prefix(2);
  const auto neighbours = take_number(suffix, /*thousands=*/false);
  if (!neighbours || !suffix.empty()) return {};
  request.k = *neighbours;
  return request;
}

std::optional<MetricRequest> find(std::string_view name) {
  for (const Metric& metric : metric_table())
    if (name.starts_with(metric.name))
      if (auto found = with_suffix(name.substr(metric.name.size()), metric.k)) {
        found->name = name;
        found->metric = metric.name;
        return found;
      }
  return {};
}

[[noreturn]] void refuse(const std::string& name) {
  for (const Absent& absent : kAbsent)
    if (name.starts_with(absent.name) && with_suffix(name.substr(absent.name.size()), 0))
      throw UsageError(std::string(absent.reason), "--metrics " + name, std::string(absent.hint));
  std::vector<std::string> known = {"prdc", "default"};
  std::string all = "prdc";
  for (const Metric& metric : metric_table()) {
    known.emplace_back(metric.name);
    all = std::string(metric.name) + ", " + all;
  }
  const std::string closest = closest_name(name, known);
  throw UsageError("unknown metric", "--metrics " + name,
                   closest.empty() ? "known: " + all : "did you mean '" + closest + "'?");
}

// prdc10k_k3 is precision10k_k3, recall10k_k3, ...; prdc alone has each one's own k.
std::vector<std::string> expanded(const std::string& name, bool images) {
  if (name == "default") {
    std::vector<std::string> all = {"fd",      "kid",      "precision", "recall",
                                    "density", "coverage", "1nn"};
    if (images) all.push_back("ms_ssim");
    return all;
  }
  if (!name.starts_with("prdc") || !with_suffix(name.substr(4), 3)) return {name};
  std::vector<std::string> all;
  for (const char* part : {"precision", "recall", "density", "coverage"})
    all.push_back(part + name.substr(4));
  return all;
}

}  // namespace

const std::vector<Metric>& metric_table() {
  // A name that begins with another comes before it.
  static const std::vector<Metric> table = {
      {"fd_inf", "Frechet distance, extrapolated to infinitely many samples", Better::lower},
      {"fd", "Frechet distance", Better::lower},
      {"kid", "kernel distance (unbiased squared MMD, cubic kernel)", Better::lower},
      {"precision", "share of fakes among the real ones", Better::higher, 3},
      {"recall", "share of real ones among the fakes", Better::higher, 3},
      {"density", "real neighbourhoods a fake lies in, over k", Better::higher, 5},
      {"coverage", "share of real neighbourhoods with a fake", Better::higher, 5},
      {"1nn", "accuracy of a nearest-neighbour classifier, leave-one-out", Better::half},
      {"authenticity", "share of fakes that are no near copies of a real one", Better::higher},
      {"parzen", "Parzen-window log-likelihood, in nats", Better::higher},
      {"swd", "sliced Wasserstein distance; of images by patches, times 1000", Better::lower},
      {"ms_ssim", "similarity of random pairs of fakes", Better::lower, 0, MetricNeeds::images},
  };
  return table;
}

std::string_view better_text(Better better) {
  return better == Better::lower ? "lower" : better == Better::higher ? "higher" : "near 0.5";
}

const Metric& metric_of(const MetricRequest& request) {
  const auto found = std::ranges::find(metric_table(), request.metric, &Metric::name);
  if (found == metric_table().end()) throw UsageError("unknown metric", request.metric);
  return *found;
}

std::vector<MetricRequest> parse_metrics(const std::string& text, bool images) {
  std::vector<MetricRequest> all;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    const std::string name = text.substr(at, end - at);
    at = end + 1;
    if (name.empty())
      throw UsageError("expected names of metrics", "--metrics '" + text + "'", "fd,kid,prdc");
    for (const std::string& one : expanded(name, images)) {
      const auto found = find(one);
      if (!found) refuse(one);
      if (std::ranges::find(all, found->name, &MetricRequest::name) == all.end())
        all.push_back(*found);
    }
  }
  return all;
}

}  // namespace gannet
