#include "gannet/evaluation/evaluation.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <numeric>

#include "gannet/base/error.h"
#include "gannet/evaluation/detail/feature_pair.h"
#include "gannet/evaluation/detail/metric_checks.h"
#include "gannet/evaluation/detail/sample_metrics.h"
#include "gannet/evaluation/feature_net.h"

namespace gannet {
namespace {

constexpr int64_t kMostDrawn = 10'000;  // of a network, unless a metric's name says more

struct Counts {
  int64_t real = 0, fake = 0;
  bool held_out = false;  // real ones of the test split beside those that a network learnt from
  auto operator<=>(const Counts&) const = default;
};

// Real samples beside others of the same data.
struct ReferenceParts {
  const SampleSource* other;
  std::vector<int64_t> real, others;
  std::string what, key;
};

class Judge {
 public:
  explicit Judge(const EvaluationRequest& request);
  Evaluation run(const std::function<void(const std::string&)>& progress);

 private:
  Counts counts(const MetricRequest& request) const;
  std::vector<int64_t> ks(const Counts& n) const;
  void check(const MetricRequest& request) const;
  void leave_out_frechet();
  void tell_held_out();
  bool is_held_out(const MetricRequest& request) const {
    return metric_of(request).tested > 0 && drawn_ && sources_.other_split == "test";
  }
  const SampleSource& real_side(bool held_out) const {
    return held_out ? *sources_.other : *sources_.real;
  }
  std::string split_of(bool held_out) const {
    return held_out ? sources_.other_split : request_.real.options.split;
  }
  std::vector<int64_t> real_numbers(const Counts& n) const {
    return chosen_samples(real_side(n.held_out).size(), 0, n.real, request_.seed);
  }
  std::vector<int64_t> fake_numbers(int64_t n) const;
  std::string real_key(int64_t n, bool held_out, const std::string& part = "") const;

  std::shared_ptr<SampleFeatures> features_of(const SampleSource& source,
                                              std::vector<int64_t> numbers, std::string key = "");
  std::unique_ptr<FeaturePair> make_pair(std::shared_ptr<SampleFeatures> real,
                                         std::shared_ptr<SampleFeatures> fake, std::string key,
                                         const Counts& n);
  FeaturePair& pair(const Counts& n);
  MetricValue value(const MetricRequest& request), value_or_why(const MetricRequest& request);
  ReferenceParts reference_parts(const Counts& n) const;
  std::optional<ReferenceValue> reference(const MetricRequest& request);
  EvaluationProtocol protocol(const MetricRequest& request) const;

  EvaluationRequest request_;
  SampleSources sources_;
  bool drawn_;
  Shape dims_;
  Modes modes_;
  std::string stacked_;
  std::unique_ptr<FeatureExtractor> extractor_;
  StatisticsCache cache_;
  std::vector<MetricRequest> requests_;
  std::map<Counts, std::unique_ptr<FeaturePair>> pairs_, references_;
  std::vector<std::string> notes_;
};

Judge::Judge(const EvaluationRequest& request)
    : request_(request),
      sources_(open_sources(request, request.reference || names_tests(request.metrics))),
      drawn_(!request.network.empty()),
      dims_(sources_.real->dims()),
      modes_(known_modes(request.real.source)),
      stacked_(stacked_set(request.real.source)),
      extractor_(open_feature_extractor({.name = request.features,
                                         .dims = dims_,
                                         .source = request.real.source,
                                         .hash = sources_.real->hash(),
                                         .device = request.device})),
      cache_(request.cache),
      notes_(sources_.notes) {
  const bool all = request.metrics == "default";
  const std::string names = all && !modes_.centres.empty()
                                ? "default,modes,high_quality,reverse_kl,mode_spread"
                                : request.metrics;
  requests_ = parse_metrics(names, dims_);
  for (const MetricRequest& r : requests_) {
    check_metric(r, sources_, *extractor_, request.real.source);
    check(r);
  }
  if (all) leave_out_frechet();
  tell_held_out();
  if (!extractor_->note().empty()) notes_.push_back(extractor_->note());
}

Counts Judge::counts(const MetricRequest& r) const {
  const bool held_out = is_held_out(r);
  if (r.samples > 0) return {r.samples, r.samples, held_out};
  const int64_t real = real_side(held_out).size();
  if (const int64_t tested = metric_of(r).tested; tested > 0)
    return {std::min(real, tested), std::min(drawn_ ? real : sources_.fake->size(), tested),
            held_out};
  if (!drawn_) return {real, sources_.fake->size()};
  return {std::min(real, kMostDrawn), std::min(real, kMostDrawn)};
}

// Of all metrics of these samples.
std::vector<int64_t> Judge::ks(const Counts& n) const {
  std::vector<int64_t> all;
  for (const MetricRequest& r : requests_)
    if (r.k > 0 && counts(r) == n && std::ranges::find(all, r.k) == all.end()) all.push_back(r.k);
  return all;
}

void Judge::check(const MetricRequest& r) const {
  const Counts n = counts(r);
  const auto enough = [&](int64_t wanted, const SampleSource& source, const std::string& name) {
    if (wanted > source.size())
      throw Error(r.asked + " needs " + std::to_string(wanted) + " samples, found " +
                      std::to_string(source.size()),
                  name, "--metrics " + asked_without_samples(r) + " takes what there is");
  };
  check_counts(r, {n.real, request_.real.source},
               {n.fake, drawn_ ? request_.real.source : request_.fake.source});
  enough(n.real, real_side(n.held_out),
         request_.real.source + (n.held_out ? ", its test split" : ""));
  if (!drawn_) enough(n.fake, *sources_.fake, request_.fake.source);
}

void Judge::tell_held_out() {
  std::string tests;
  for (const MetricRequest& r : requests_)
    if (metric_of(r).tested > 0 && drawn_ && !is_held_out(r) &&
        request_.real.options.split == "train")
      tests += (tests.empty() ? "" : ", ") + r.name;
  if (!tests.empty())
    notes_.push_back(
        tests + ": " + request_.real.source +
        " has no test split, so against samples that the network may have learnt from");
}

// Of the default metrics, where its covariances would be singular.
void Judge::leave_out_frechet() {
  const Counts n = counts(requests_.at(0));
  const int64_t least = std::min(n.real, n.fake);
  if (least < 1) return;
  const int64_t width = extractor_->extract(sources_.real->read({0})).features.size(1);
  if (least > width) return;
  std::erase_if(requests_, [](const MetricRequest& r) { return r.metric == "fd"; });
  notes_.push_back("fd is left out: " + std::to_string(width) + " features (" + extractor_->name() +
                   ") need more samples than that, found " + std::to_string(least));
}

std::vector<int64_t> Judge::fake_numbers(int64_t n) const {
  if (!drawn_) return chosen_samples(sources_.fake->size(), 0, n, request_.seed, /*fake=*/true);
  std::vector<int64_t> all(static_cast<size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

// Names n of the real samples, for the cache.
std::string Judge::real_key(int64_t n, bool held_out, const std::string& part) const {
  const SampleSource& real = real_side(held_out);
  const bool all = n == real.size();
  return real.hash() + "|" + to_string(dims_) + "|" + std::to_string(n) + part +
         (all ? "" : " by seed " + std::to_string(request_.seed));
}

std::shared_ptr<SampleFeatures> Judge::features_of(const SampleSource& source,
                                                   std::vector<int64_t> numbers, std::string key) {
  return std::make_shared<SampleFeatures>(source, std::move(numbers), *extractor_, std::move(key),
                                          request_.memory.get());
}

std::unique_ptr<FeaturePair> Judge::make_pair(std::shared_ptr<SampleFeatures> real,
                                              std::shared_ptr<SampleFeatures> fake, std::string key,
                                              const Counts& n) {
  return std::make_unique<FeaturePair>(
      FeaturePair::Setup{.real = std::move(real),
                         .fake = std::move(fake),
                         .real_key = key + "|" + extractor_->hash(),
                         .ks = ks(n),
                         .modes = modes_,
                         .stacked = stacked_,
                         .seed = request_.seed,
                         .device = request_.device},
      cache_);
}

FeaturePair& Judge::pair(const Counts& n) {
  auto& found = pairs_[n];
  if (!found)
    found = make_pair(
        features_of(real_side(n.held_out), real_numbers(n), real_key(n.real, n.held_out)),
        features_of(*sources_.fake, fake_numbers(n.fake)), real_key(n.real, n.held_out), n);
  return *found;
}

MetricValue Judge::value(const MetricRequest& r) {
  const Counts n = counts(r);
  switch (metric_of(r).needs) {
    case MetricNeeds::pairs:
      return paired_quality(r.metric, sources_, n.fake);
    case MetricNeeds::latents:
      return path_length(*sources_.network, *extractor_, n.fake);
    case MetricNeeds::encoder:
      return reconstruction_error(*sources_.network, *features_of(*sources_.real, real_numbers(n)));
    default:
      return pair(n).value(r);
  }
}

MetricValue Judge::value_or_why(const MetricRequest& r) {
  try {
    return value(r);
  } catch (const Error& error) {
    if (!error.where().empty()) throw;
    throw_named(error, r, request_.real.source + " and " + sources_.fake_name);
  }
}

ReferenceParts Judge::reference_parts(const Counts& n) const {
  const SampleSource& real = real_side(n.held_out);
  const SampleSource* const other = n.held_out ? sources_.real.get() : sources_.other.get();
  const int64_t size = real.size(), half = size / 2;
  const std::string split = split_of(n.held_out);
  const auto part = [&](int64_t from, int64_t to) {
    return chosen_samples(size, from, to, request_.seed);
  };
  if (size >= n.real + n.fake)
    return {&real, part(0, n.real), part(n.real, n.real + n.fake), "two disjoint parts of " + split,
            ""};
  if (other != nullptr) {
    const int64_t others = std::min(n.fake, other->size());
    return {other, real_numbers(n),
            chosen_samples(other->size(), 0, others, request_.seed, /*fake=*/true),
            split + " against " + (n.held_out ? request_.real.options.split : sources_.other_split),
            other->hash()};
  }
  return {&real, part(0, half), part(half, 2 * half), "two halves of the real samples", ""};
}

std::optional<ReferenceValue> Judge::reference(const MetricRequest& r) {
  if (!has_reference(metric_of(r).needs)) return {};
  const Counts n = counts(r);
  const ReferenceParts parts = reference_parts(n);
  const auto reals = static_cast<int64_t>(parts.real.size()),
             others = static_cast<int64_t>(parts.others.size());
  const std::string key = real_key(reals, n.held_out, reals < n.real ? " of a half" : "");
  const auto compute = [&] {
    auto& found = references_[n];
    if (!found)
      found = make_pair(features_of(real_side(n.held_out), parts.real),
                        features_of(*parts.other, parts.others), key, n);
    return NamedTensors{{"value", at::tensor({found->value(r).value}, at::kDouble)}};
  };
  try {
    const NamedTensors kept = cache_.get(
        key + "|" + extractor_->hash() + "|against " + std::to_string(others) + " of " + parts.key +
            "|" + r.metric + " k " + std::to_string(r.k) + " seed " + std::to_string(request_.seed),
        compute);
    return ReferenceValue{kept.at(0).second[0].item<double>(), reals, others, parts.what};
  } catch (const Error& error) {
    notes_.push_back(r.name + " has no value of real against real: " + error.what());
    return {};
  }
}

EvaluationProtocol Judge::protocol(const MetricRequest& r) const {
  const Counts n = counts(r);
  const bool by_classifier = metric_of(r).needs == MetricNeeds::modes && !stacked_.empty();
  return {.n_real = n.real,
          .n_fake = n.fake,
          .k = r.k,
          .features = by_classifier ? stacked_ : extractor_->name(),
          .feature_hash = by_classifier ? shipped_feature_net(stacked_).hash() : extractor_->hash(),
          .data = request_.real.source,
          .data_hash = real_side(n.held_out).hash(),
          .split = split_of(n.held_out),
          .fake = sources_.fake_name,
          .fake_hash = sources_.fake_hash,
          .filter = sources_.filter,
          .shape = dims_,
          .seed = request_.seed};
}

Evaluation Judge::run(const std::function<void(const std::string&)>& progress) {
  const auto say = [&](const std::string& line) {
    if (progress) progress(line);
  };
  Evaluation result;
  for (const MetricRequest& r : requests_) {
    say(r.name + (pairs_.empty() ? ": reading samples" : ""));
    const MetricValue found = value_or_why(r);
    result.results.push_back({r, found.value, found.error, found.details, {}, protocol(r)});
  }
  pairs_.clear();
  for (MetricResult& of : result.results) {
    if (!request_.reference) break;
    say(of.request.name + ", real against real");
    of.reference = reference(of.request);
  }
  result.notes = notes_;
  return result;
}

}  // namespace

Evaluation evaluate(const EvaluationRequest& request,
                    const std::function<void(const std::string&)>& progress) {
  return Judge(request).run(progress);
}

}  // namespace gannet
