#include "gannet/evaluation/detail/metric_checks.h"

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/evaluation/detail/network_samples.h"

namespace gannet {
namespace {

constexpr int64_t kFewestTested = 20;   // as `gannet compare`
constexpr int64_t kSmallestImage = 16;  // metrics/ms_ssim.h

[[noreturn]] void refuse(const MetricRequest& request, const std::string& why,
                         const std::string& hint = "--metrics fd,kid,prdc") {
  throw UsageError(why, "--metrics " + request.asked, hint);
}

void check_images(const MetricRequest& r, const SampleSources& sources) {
  const Shape dims = sources.real->dims();
  if (!are_images(dims))
    refuse(r, "compares images of 16 pixels a side and more, and these samples are " +
                  to_string(dims));
}

void check_classes(const MetricRequest& r, const SampleSources& sources) {
  const std::vector<std::string> real = sources.real->classes(), fake = sources.fake->classes();
  if (real.size() < 2) refuse(r, "compares by classes, and the real samples have none");
  if (fake.empty())
    refuse(r,
           sources.network ? "compares by classes, and this network draws by none"
                           : "compares by classes, and the fake samples have none",
           sources.network ? "--cfg cgan, acgan and r3gan --cond learn classes"
                           : "--metrics fd,kid,prdc");
  if (real.size() != fake.size())
    refuse(r, "real and fake samples are of " + std::to_string(real.size()) + " and " +
                  std::to_string(fake.size()) + " classes");
  for (size_t i = 0; i < real.size(); ++i)  // arrays have numbers alone
    if (real[i] != fake[i] && real[i] != std::to_string(i) && fake[i] != std::to_string(i))
      refuse(r, "class " + std::to_string(i) + " is '" + real[i] + "' of the real samples and '" +
                    fake[i] + "' of the fake ones");
}

void check_pairs(const MetricRequest& r, const SampleSources& sources) {
  check_images(r, sources);
  if (sources.network != nullptr) {
    if (!sources.network->sampler().takes_image())
      refuse(r, "compares images with their targets, and this network draws from no images");
  } else if (r.samples == 0 && sources.real->size() != sources.fake->size()) {
    refuse(r,
           "compares image i of one set with image i of the other, and they have " +
               std::to_string(sources.real->size()) + " and " +
               std::to_string(sources.fake->size()) + " images",
           "--metrics " + r.metric +
               std::to_string(std::min(sources.real->size(), sources.fake->size())) +
               " takes the first ones of both");
  }
}

}  // namespace

void check_modes(const MetricRequest& r, const std::string& source) {
  if (!known_modes(source).centres.empty()) return;
  if (stacked_set(source).empty())
    refuse(r,
           "counts modes of a set whose modes are known: ring-8, grid-25, stacked-mnist, "
           "stacked-fashion");
  if (r.metric != "modes" && r.metric != "reverse_kl")
    refuse(r, "is of mixtures of Gaussians, as ring-8 and grid-25", "--metrics modes,reverse_kl");
}

bool are_images(const Shape& dims) {
  return dims.size() == 3 && std::min(dims[1], dims[2]) >= kSmallestImage;
}

void check_metric(const MetricRequest& r, const SampleSources& sources,
                  const FeatureExtractor& extractor, const std::string& real) {
  switch (metric_of(r).needs) {
    case MetricNeeds::features:
      return;
    case MetricNeeds::scores:
      if (!extractor.has_scores())
        refuse(r, "needs a classifier, and features " + extractor.name() + " have none",
               "--features FILE: a classifier of `gannet classifier --data SRC --out FILE`");
      return;
    case MetricNeeds::fid:
      if (!extractor.is_fid())
        refuse(r,
               "FID is the Frechet distance of Inception's features, and these are " +
                   extractor.name(),
               "--metrics fd is that of other features; or --features inception=FILE");
      return;
    case MetricNeeds::images:
      return check_images(r, sources);
    case MetricNeeds::classes:
      return check_classes(r, sources);
    case MetricNeeds::modes:
      return check_modes(r, real);
    case MetricNeeds::audio:
      if (sources.real->dims().size() != 2) refuse(r, "compares audio clips");
      return;
    case MetricNeeds::points:
      if (sources.real->dims().size() != 1)
        refuse(r, "compares points, and these samples are " + to_string(sources.real->dims()),
               "--metrics two-sample");
      return;
    case MetricNeeds::pairs:
      return check_pairs(r, sources);
    case MetricNeeds::latents:
      if (sources.network == nullptr || sources.network->sampler().takes_image())
        refuse(r, "measures paths between latents, and needs a --network that draws from them");
      return;
    case MetricNeeds::encoder:
      if (sources.network == nullptr)
        refuse(r, "needs a --network that reconstructs samples, as vae's");
      return;
  }
}

void check_counts(const MetricRequest& r, const CountedSide& real, const CountedSide& fake) {
  const int64_t least = std::min(real.samples, fake.samples);
  const bool by_real = real.samples <= fake.samples;
  const std::string& name = by_real ? real.name : fake.name;
  if (metric_of(r).tested > 0 && least < kFewestTested)
    throw Error(r.asked + " needs at least " + std::to_string(kFewestTested) +
                    " samples of each side, found " + std::to_string(least),
                name);
  const int64_t k = r.metric == "1nn" || r.metric == "authenticity" ? 1 : r.k;
  if (k == 0 || least > k) return;
  const std::string asked = asked_without_samples(r);
  throw Error(r.asked + " compares by " +
                  (k == 1 ? "the nearest neighbour" : std::to_string(k) + " nearest neighbours") +
                  ": expected more than " + std::to_string(k) + (by_real ? " real" : " fake") +
                  " samples, found " + std::to_string(least),
              name,
              r.k > 1 && least > 1
                  ? "more samples, or fewer neighbours: --metrics " +
                        asked.substr(0, asked.find("_k")) + "_k" + std::to_string(least - 1)
                  : "more samples");
}

void throw_named(const Error& error, const MetricRequest& r, const std::string& sources) {
  throw Error(r.asked + ": " + error.what(), sources, error.hint());
}

bool has_reference(MetricNeeds needs) {
  return needs != MetricNeeds::pairs && needs != MetricNeeds::latents &&
         needs != MetricNeeds::encoder;
}

}  // namespace gannet
