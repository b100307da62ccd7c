#include "gannet/runs/watchdog.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "gannet/runs/detail/figure_text.h"

namespace gannet {
namespace {

using nlohmann::json;

// The rules' numbers; what they were chosen by stands in docs/watchdog.md.
constexpr double kSaturatedGap = 0.99;  // D(x) - D(G(z))
constexpr double kSaturatedLoss = 20;   // of G: D(G(z)) is exp(-20)
constexpr int64_t kSaturatedTicks = 5;
constexpr int64_t kTicksAtEnd =
    2;  // in a row, of these and of vanishing gradients at the last tick
constexpr double kVanishing = 0.01;        // of the median
constexpr double kVanishingAlways = 1e-7;  // without ticks to compare with
constexpr int64_t kVanishingTicks = 5, kVanishingReference = 3;
constexpr double kExploding = 1000;  // times the 90th percentile
constexpr int64_t kExplodingTicks = 3, kExplodingReference = 10;
constexpr double kLowDiversity = 0.25, kLowClassDiversity = 0.05;  // of the real samples'
constexpr double kOnceDiverse = 0.5;
// Low diversity is the beginning's in this share of the run, and in so many steps.
constexpr double kEarly = 0.25;
constexpr int64_t kEarlySteps = 500;
constexpr double kCopies = 0.5;  // share of the grid
constexpr double kModesLeft = 0.75, kFewModes = 0.25, kSomeModes = 4, kSomeQuality = 0.1;
constexpr double kRecallLeft = 0.5, kPrecisionKept = 0.9, kSomeRecall = 0.1;
constexpr int64_t kSnapshots = 2;       // in a row; at the end of the run one
constexpr int64_t kFirstSnapshots = 3;  // from which on they are judged

std::optional<double> number_at(const json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_number()) return {};
  return object[key].get<double>();
}

double quantile(std::vector<double> values, double share) {
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<size_t>(at)];
}

}  // namespace

std::string Finding::text() const {
  return saw + ", since " + figure_text(since_kimg) + " kimg; try " + advice;
}

Watchdog::Watchdog(const json& options) {
  if (options.contains("loss") && options["loss"].is_string())
    loss_ = options["loss"].get<std::string>();
  kimg_ = number_at(options, "kimg").value_or(0);
  for (const char* name : {"lr", "glr", "dlr", "noise"})
    if (const auto value = number_at(options, name)) rate_[name] = *value;
}

// A lower rate of one net, by the option that this recipe has for it.
std::string Watchdog::rate_advice(const char* option) const {
  const char* name = rate_.contains(option) ? option : "lr";
  const auto found = rate_.find(name);
  return std::string("a lower --") + name +
         (found == rate_.end() ? "" : " than " + figure_text(found->second));
}

void Watchdog::judge(const std::string& rule, const json& line, int64_t wanted,
                     const Figure& figure) {
  Row& row = rows_[rule];
  if (!figure.bad) {
    if (row.found) ended_.push_back(row.finding);
    row = {};
    return;
  }
  if (row.count++ == 0) {
    row.since_step = line.value("step", int64_t{0});
    row.since_kimg = line.value("kimg", 0.0);
  }
  if (row.count < wanted) return;
  row.finding = {.rule = rule,
                 .saw = figure.saw,
                 .since_kimg = row.since_kimg,
                 .since_step = row.since_step,
                 .advice = figure.advice};
  if (!row.found) new_.push_back(row.finding);
  row.found = true;
}

void Watchdog::tick(const json& line, bool last) {
  saturated_d(line, last ? kTicksAtEnd : kSaturatedTicks);
  gradients(line, last ? kTicksAtEnd : kVanishingTicks);
}

void Watchdog::saturated_d(const json& line, int64_t wanted) {
  if (loss_ != "ns" && loss_ != "minimax") return;  // of others sigmoid(logit) is no probability
  const json score = line.value("score", json::object()), loss = line.value("loss", json::object());
  const auto real = number_at(score, "D(x)"), fake = number_at(score, "D(G(z))"),
             g = number_at(loss, "G");
  if (!real || !fake) return;
  const bool gap = *real - *fake > kSaturatedGap;
  const bool bad = gap || (loss_ == "ns" && g.value_or(0) > kSaturatedLoss);
  judge("saturated D", line, wanted,
        {bad,
         (gap ? "D tells all fakes from all real samples: D(x) " + figure_text(*real) +
                    ", D(G(z)) " + figure_text(*fake) + (g ? ", loss G " + figure_text(*g) : "")
              : "G's loss is " + figure_text(g.value_or(0)) +
                    ": in its steps D is all but sure of every fake (means of the tick: D(x) " +
                    figure_text(*real) + ", D(G(z)) " + figure_text(*fake) + ")"),
         rate_advice("dlr") + (rate_.contains("noise")
                                   ? rate_.at("noise") > 0 ? ", more --noise" : ", --noise 0.1"
                                   : "")});
}

void Watchdog::gradients(const json& line, int64_t wanted) {
  const json norms = line.value("grad_norm", json::object());
  for (const auto& [net, value] : norms.items()) {
    if (!value.is_number()) continue;
    const double norm = value.get<double>();
    std::vector<double>& before = norms_[net];
    const bool some = static_cast<int64_t>(before.size()) >= kVanishingReference;
    const double median = some ? quantile(before, 0.5) : 0;
    const bool vanished =
        net.starts_with("G") && (norm < kVanishingAlways || norm < kVanishing * median);
    judge("vanishing gradient " + net, line, wanted,
          {vanished,
           net + " learns nothing: its gradient's norm is " + figure_text(norm) +
               (some ? ", and was " + figure_text(median) : ""),
           rate_advice("dlr") + (loss_ == "minimax" ? ", --loss ns" : "")});
    const bool many = static_cast<int64_t>(before.size()) >= kExplodingReference;
    const double high = many ? quantile(before, 0.9) : 0;
    const bool exploded = many && norm > kExploding * high && high > 0;
    judge("exploding gradient " + net, line, kExplodingTicks,
          {exploded,
           "the gradient's norm of " + net + " explodes: " + figure_text(norm) + ", and was " +
               figure_text(high) + " at most ticks before",
           rate_advice(net.starts_with("D") ? "dlr" : "glr")});
    if (!vanished && !exploded) before.push_back(norm);
  }
}

// Snapshots in a row that a sign needs; what a young generator shows is in doubt only.
int64_t Watchdog::wanted(bool last, bool young) const {
  if (young || snapshots_ < kFirstSnapshots) return std::numeric_limits<int64_t>::max();
  return last ? 1 : kSnapshots;
}

void Watchdog::snapshot(const json& line, bool last) {
  ++snapshots_;
  diversity(line, last);
  classes(line, last);
  copies(line, last);
}

// A young generator draws nearly the same everywhere: one that never was diverse, at the beginning.
bool Watchdog::young(const json& line) const {
  return best_diversity_ < kOnceDiverse && early(line);
}

bool Watchdog::early(const json& line) const {
  return line.value("kimg", 0.0) < kEarly * kimg_ || line.value("step", int64_t{0}) < kEarlySteps;
}

void Watchdog::diversity(const json& line, bool last) {
  const auto value = number_at(line, "diversity");
  if (!value) return;
  best_diversity_ = std::max(best_diversity_, *value);
  const bool low = *value < kLowDiversity;
  const std::string saw = figure_text(*value) + " of the real ones' diversity";
  judge("low diversity", line, wanted(last, young(line)),
        {low, "the samples of the grid are alike: " + saw,
         rate_advice("lr") + (rate_.contains("dlr") ? ", or --pack 2 in a new run" : "")});
  if (last && low && young(line) && snapshots_ >= kFirstSnapshots)
    alike_ = "the samples of the grid are alike still, after " +
             std::to_string(line.value("step", int64_t{0})) + " steps: " + saw;
}

void Watchdog::classes(const json& line, bool last) {
  if (!line.contains("class_diversity") || !line["class_diversity"].is_object()) return;
  std::string lost;
  int64_t count = 0;
  for (const auto& [name, value] : line["class_diversity"].items())
    if (value.is_number() && value.get<double>() < kLowClassDiversity && ++count <= 5)
      lost += (lost.empty() ? "" : ", ") + name;
  judge("lost classes", line, wanted(last, early(line)),
        {count > 0,
         "classes of one picture each: " + lost +
             (count > 5 ? " and " + std::to_string(count - 5) + " more" : ""),
         rate_advice("lr")});
}

void Watchdog::copies(const json& line, bool last) {
  const auto value = number_at(line, "copies");
  if (!value) return;
  judge("copies", line, wanted(last, false),
        {*value > kCopies,
         figure_text(100 * *value) + " % of the grid are near copies of training samples",
         "more data, --aug color,translation,cutout for images, or an earlier snapshot"});
}

void Watchdog::metrics(const std::vector<json>& lines) {
  std::optional<double> precision, recall_value, quality;
  const json *at = nullptr, *of_modes = nullptr;
  for (const json& line : lines) {
    const auto value = number_at(line, "value");
    if (!value || !line.contains("metric") || !line["metric"].is_string()) continue;
    const std::string name = line["metric"].get<std::string>();
    if (name == "modes") of_modes = &line;
    if (name == "high_quality") quality = value;
    if (name.starts_with("precision") && !precision) precision = value;
    if (name.starts_with("recall") && !recall_value) recall_value = value, at = &line;
  }
  if (of_modes != nullptr) modes(*of_modes, quality.value_or(1));
  if (precision && recall_value) recall(*at, *precision, *recall_value);
}

// Samples all over the plane hit modes by chance, and modes that were never learned are not lost.
void Watchdog::modes(const json& line, double quality) {
  const double now = line["value"].get<double>(), real = number_at(line, "real").value_or(0);
  if (quality >= kSomeQuality) most_modes_ = std::max(most_modes_, now);
  const bool fallen =
      now <= kModesLeft * most_modes_ && most_modes_ >= std::max(kSomeModes, real / 2);
  const bool few = now <= kFewModes * real && line.value("kimg", 0.0) >= kimg_ / 2 &&
                   line.value("step", int64_t{0}) >= kEarlySteps;
  judge("lost modes", line, kSnapshots,
        {fallen || few,
         "modes are lost: " + figure_text(now) + " of " + figure_text(real) +
             (fallen ? ", and there were " + figure_text(most_modes_) : ""),
         rate_advice("lr") + (rate_.contains("dlr") ? ", or --pack 2 in a new run" : "")});
}

void Watchdog::recall(const json& line, double precision, double recall) {
  most_recall_ = std::max(most_recall_, recall);
  most_precision_ = std::max(most_precision_, precision);
  judge("recall falls", line, kSnapshots,
        {most_recall_ >= kSomeRecall && recall < kRecallLeft * most_recall_ &&
             precision >= kPrecisionKept * most_precision_,
         "precision holds while recall falls: " + figure_text(precision) + " and " +
             figure_text(recall) + ", recall was " + figure_text(most_recall_),
         rate_advice("lr") + ", or an earlier snapshot"});
}

std::vector<Finding> Watchdog::new_findings() { return std::exchange(new_, {}); }
std::vector<Finding> Watchdog::ended_findings() { return std::exchange(ended_, {}); }

std::vector<Finding> Watchdog::active() const {
  std::vector<Finding> all;
  for (const auto& [rule, row] : rows_)
    if (row.found) all.push_back(row.finding);
  std::ranges::stable_sort(all, {}, &Finding::since_step);
  return all;
}

std::optional<int64_t> Watchdog::suspect_since() const {
  std::optional<int64_t> first;
  for (const auto& [rule, row] : rows_)
    if (row.count > 0) first = std::min(first.value_or(row.since_step), row.since_step);
  return first;
}

}  // namespace gannet
