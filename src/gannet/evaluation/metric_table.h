// The metrics by name, as the field writes them: fd10k, kid, precision_k5, prdc, 1nn. No torch in
// here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gannet {

// half, one: 1/2, and 1, is what like sets have.
enum class Better { lower, higher, half, one };
// What a metric asks of the samples besides features.
enum class MetricNeeds {
  features,
  scores,   // of a classifier
  fid,      // the features of the FID
  images,   // of 16 pixels a side and more
  classes,  // of both sides
  modes,    // a mixture whose modes are known
  audio,
  points,   // numbers without an order
  pairs,    // sample i of one side belongs to sample i of the other
  latents,  // a network that draws from latents
  encoder   // a network that has one
};

struct Metric {
  std::string_view name, summary;
  Better better;
  int64_t k = 0;  // of nearest neighbours, by default; 0: none
  MetricNeeds needs = MetricNeeds::features;
  // A two-sample test, whose value is a p-value: so many samples of each side, unless the name says
  // more; a network's are tested against held-out ones where there are some.
  int64_t tested = 0;
};
const std::vector<Metric>& metric_table();

std::string_view better_text(Better better);  // "lower", "higher", "near 0.5", "near 1"

// One metric as it was asked for.
struct MetricRequest {
  std::string name;     // as it was written: "precision10k_k5"
  std::string metric;   // of the table: "precision"
  std::string asked;    // what the user wrote: "prdc10k_k5", of which this is one
  int64_t samples = 0;  // of each side; 0: all
  int64_t k = 0;
};

const Metric& metric_of(const MetricRequest& request);

// What was asked for without its number of samples: "prdc_k5".
std::string asked_without_samples(const MetricRequest& request);

// "fd10k,kid,prdc": names parted by commas, each with a number of samples (`k` after it is
// thousands) and _kN for N nearest neighbours where it wants them; prdc is four of them, two-sample
// the tests, `default` those of the data, samples of dims. Each once. Throws UsageError for an
// unknown name, with the nearest known one or why there is none.
std::vector<MetricRequest> parse_metrics(const std::string& text, const std::vector<int64_t>& dims);

// Does the text name two-sample tests?
bool names_tests(const std::string& text);

}  // namespace gannet
