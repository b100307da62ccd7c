#include "gannet/evaluation/metric_table.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "gannet/base/error.h"
#include "gannet/base/spelling.h"

namespace gannet {
namespace {

constexpr int64_t kMostSamples = 10'000'000;
constexpr int64_t kTested = 1000;      // as `gannet compare`
constexpr int64_t kMostTested = 5000;  // of each side: all pairs are compared

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string without_blanks(std::string text) {
  std::erase(text, ' ');
  return text;
}

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

void check_tested(const MetricRequest& r) {
  if (metric_of(r).tested > 0 && r.samples > kMostTested)
    throw UsageError("compares all pairs of samples, at most " + std::to_string(kMostTested) +
                         " of each side, found " + std::to_string(r.samples),
                     "--metrics " + r.name, "--metrics " + r.metric + "5k");
}

// gan_train is gan-train, ms-ssim is ms_ssim.
bool begins_with(std::string_view name, std::string_view metric) {
  const auto same = [](char a, char b) {
    return a == b || ((a == '-' || a == '_') && (b == '-' || b == '_'));
  };
  return name.size() >= metric.size() &&
         std::equal(metric.begin(), metric.end(), name.begin(), same);
}

std::optional<MetricRequest> find(std::string_view name) {
  for (const Metric& metric : metric_table())
    if (begins_with(name, metric.name))
      if (auto found = with_suffix(name.substr(metric.name.size()), metric.k)) {
        found->name = name;
        found->metric = metric.name;
        return found;
      }
  return {};
}

[[noreturn]] void refuse(const std::string& name) {
  for (const Metric& metric : metric_table()) {
    if (!begins_with(name, metric.name)) continue;
    std::string_view suffix = std::string_view(name).substr(metric.name.size());
    if (!suffix.starts_with('_')) take_number(suffix, /*thousands=*/true);
    if (!suffix.starts_with("_k") || (suffix.size() > 2 && !is_digit(suffix[2]))) continue;
    throw UsageError(
        metric.k > 0 ? "expected a number of neighbours from 1 on after _k"
                     : std::string(metric.name) + " takes no number of neighbours (_kN)",
        "--metrics " + name,
        std::string(metric.name) + (metric.k > 0 ? "_k" + std::to_string(metric.k) : ""));
  }
  std::vector<std::string> known = {"prdc", "two-sample", "default"};
  std::string all = "prdc, two-sample";
  for (const Metric& metric : metric_table()) {
    known.emplace_back(metric.name);
    all = std::string(metric.name) + ", " + all;
  }
  const std::string closest = closest_name(name, known);
  throw UsageError("unknown metric", "--metrics " + name,
                   closest.empty() ? "known: " + all : "did you mean '" + closest + "'?");
}

constexpr std::string_view kTests = "two-sample";

// p_mmd500, p_energy500, ... of "500"; the last one of them is for points.
std::vector<std::string> tests(const std::string& suffix, bool points) {
  std::vector<std::string> all;
  for (const Metric& metric : metric_table())
    if (metric.tested > 0 && (points || metric.needs != MetricNeeds::points))
      all.push_back(std::string(metric.name) + suffix);
  return all;
}

// prdc10k_k3 is precision10k_k3, recall10k_k3, ...; prdc alone has each one's own k.
std::vector<std::string> expanded(const std::string& name, const std::vector<int64_t>& dims) {
  const bool images = dims.size() == 3 && std::min(dims[1], dims[2]) >= 16;
  if (name == "default") {
    std::vector<std::string> all = {"fd",      "kid",      "precision", "recall",
                                    "density", "coverage", "1nn"};
    if (images) all.push_back("ms_ssim");
    return all;
  }
  if (begins_with(name, kTests) && with_suffix(name.substr(kTests.size()), 0))
    return tests(name.substr(kTests.size()), dims.size() == 1);
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
      {"fid", "Frechet distance of Inception-v3's features", Better::lower, 0, MetricNeeds::fid},
      {"kid", "kernel distance (unbiased squared MMD, cubic kernel)", Better::lower},
      {"is", "Inception score, by the features' classifier", Better::higher, 0,
       MetricNeeds::scores},
      {"precision", "share of fakes among the real ones", Better::higher, 3},
      {"recall", "share of real ones among the fakes", Better::higher, 3},
      {"density", "real neighbourhoods a fake lies in, over k", Better::higher, 5},
      {"coverage", "share of real neighbourhoods with a fake", Better::higher, 5},
      {"1nn", "accuracy of a nearest-neighbour classifier, leave-one-out", Better::half},
      {"authenticity", "share of fakes that are no near copies of a real one", Better::higher},
      {"parzen", "Parzen-window log-likelihood, in nats", Better::higher},
      {"swd", "sliced Wasserstein distance; of images by patches, times 1000", Better::lower},
      {"ms_ssim", "similarity of random pairs of fakes", Better::lower, 0, MetricNeeds::images},
      {"gan-train", "accuracy on real samples of a classifier trained on fakes", Better::higher, 0,
       MetricNeeds::classes},
      {"gan-test", "accuracy on fakes of a classifier trained on real samples", Better::higher, 0,
       MetricNeeds::classes},
      {"intra_fd", "Frechet distance within each class, their mean", Better::lower, 0,
       MetricNeeds::classes},
      {"modes", "modes with a sample within 3 sigma", Better::higher, 0, MetricNeeds::modes},
      {"high_quality", "share of samples within 3 sigma of a mode", Better::higher, 0,
       MetricNeeds::modes},
      {"reverse_kl", "KL of the fakes' shares of the modes from even ones, in nats", Better::lower,
       0, MetricNeeds::modes},
      {"mode_spread", "width of the fakes within 3 sigma of a mode, over its Gaussian's",
       Better::one, 0, MetricNeeds::modes},
      {"log-mel", "difference of the mean log-mel spectra, in nats", Better::lower, 0,
       MetricNeeds::audio},
      {"psnr", "peak signal-to-noise ratio of pairs, in dB", Better::higher, 0, MetricNeeds::pairs},
      {"ssim", "structural similarity of pairs", Better::higher, 0, MetricNeeds::pairs},
      {"ppl", "perceptual path length in Z, by the features", Better::lower, 0,
       MetricNeeds::latents},
      {"reconstruction", "root mean square error of reconstructions, in units of [-1, 1]",
       Better::lower, 0, MetricNeeds::encoder},
      {"p_mmd", "p-value of the kernel two-sample test", Better::higher, 0, MetricNeeds::features,
       kTested},
      {"p_energy", "p-value of the test by the energy distance", Better::higher, 0,
       MetricNeeds::features, kTested},
      {"p_1nn", "p-value of the test by nearest neighbours", Better::higher, 0,
       MetricNeeds::features, kTested},
      {"p_friedman_rafsky", "p-value of the test by the spanning tree", Better::higher, 0,
       MetricNeeds::points, kTested},
  };
  return table;
}

std::string_view better_text(Better better) {
  switch (better) {
    case Better::lower:
      return "lower";
    case Better::higher:
      return "higher";
    case Better::half:
      return "near 0.5";
    case Better::one:
      return "near 1";
  }
  return "";
}

const Metric& metric_of(const MetricRequest& request) {
  const auto found = std::ranges::find(metric_table(), request.metric, &Metric::name);
  if (found == metric_table().end()) throw UsageError("unknown metric", request.metric);
  return *found;
}

std::vector<MetricRequest> parse_metrics(const std::string& asked,
                                         const std::vector<int64_t>& dims) {
  const std::string text = without_blanks(asked);
  std::vector<MetricRequest> all;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    const std::string name = text.substr(at, end - at);
    at = end + 1;
    if (name.empty())
      throw UsageError("expected names of metrics", "--metrics '" + text + "'", "fd,kid,prdc");
    for (const std::string& one : expanded(name, dims)) {
      auto found = find(one);
      if (!found) refuse(one);
      check_tested(*found);
      found->asked = name == "default" ? one : name;
      if (std::ranges::find(all, found->name, &MetricRequest::name) == all.end())
        all.push_back(*found);
    }
  }
  return all;
}

std::string asked_without_samples(const MetricRequest& request) {
  std::string text = request.asked;
  const std::string count =
      request.name.substr(std::min(request.metric.size(), request.name.size()),
                          request.name.find("_k", request.metric.size()) - request.metric.size());
  if (const size_t at = text.rfind(count); !count.empty() && at != std::string::npos)
    text.erase(at, count.size());
  return text;
}

bool names_tests(const std::string& asked) {
  const std::string text = without_blanks(asked);
  for (size_t at = 0; at < text.size(); at = text.find(',', at), at += at < text.size() ? 1 : 0)
    if (begins_with(std::string_view(text).substr(at), kTests) ||
        std::string_view(text).substr(at).starts_with("p_"))
      return true;
  return false;
}

}  // namespace gannet
