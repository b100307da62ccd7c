#include <algorithm>
#include <string>

#include "gannet/data/files/audio.h"
#include "gannet/data/files/detail/audio_choices.h"

namespace gannet {
namespace {

constexpr int64_t kLeastLength = 1024, kMostLength = 16384;
constexpr int64_t kLeastRate = 4000, kMostRate = 192000;
constexpr double kFew = 0.1;  // share of audio clips

using Rates = std::map<int64_t, int64_t>;

int64_t count_above(const Rates& rates, int64_t rate) {
  int64_t n = 0;
  for (auto r = rates.upper_bound(rate); r != rates.end(); ++r) n += r->second;
  return n;
}

std::string list(const Rates& rates) {
  std::string text;
  for (const auto& [rate, n] : rates)
    text += (text.empty() ? "" : ", ") + std::to_string(n) + " at " + std::to_string(rate);
  return text;
}

std::string losses(const Rates& rates, int64_t rate) {
  const int64_t above = count_above(rates, rate);
  return above == 0
             ? "none loses anything at this one"
             : std::to_string(above) + " lose what is above " + std::to_string(rate / 2) + " Hz";
}

}  // namespace

Decision choose_audio_rate(const Rates& rates) {
  const int64_t all = count_above(rates, 0);
  const auto often = std::ranges::max_element(rates, {}, [](const auto& r) { return r.second; });
  const bool majority = 2 * often->second > all;
  int64_t rate = often->first;
  if (!majority)
    for (auto r = rates.rbegin(); r != rates.rend(); ++r)
      if (static_cast<double>(count_above(rates, r->first)) <= kFew * static_cast<double>(all))
        rate = r->first;
  const int64_t kept = std::clamp(rate, kLeastRate, kMostRate);
  std::string reason;
  if (kept != rate)
    reason = "the nearest to " + std::to_string(rate) + " that can be learned at";
  else if (rates.size() == 1)
    reason = "all audio clips are at this rate";
  else if (majority)
    reason = "most of the audio clips, " + std::to_string(often->second) + " of " +
             std::to_string(all) + ", are at this rate; " + losses(rates, rate);
  else
    reason = "no rate has most of the audio clips (" + list(rates) + "); " + losses(rates, rate);
  return {"rate", std::to_string(kept), reason};
}

Decision choose_audio_length(const std::vector<int64_t>& lengths) {
  const auto longer = [&](int64_t than) {
    return std::ranges::count_if(lengths, [&](int64_t length) { return length > than; });
  };
  const double few = kFew * static_cast<double>(lengths.size());
  int64_t length = kLeastLength;
  while (length<kMostLength&& static_cast<double>(longer(length))> few) length *= 2;
  const int64_t recordings = longer(kRecording * length - 1), cut = longer(length) - recordings;
  const std::string of = " of " + std::to_string(lengths.size()) + " audio clips are ";
  std::string reason;
  if (recordings == 0 || cut > 0)
    reason = std::to_string(cut) + of + "longer than " + std::to_string(length) +
             " samples, and are cut";
  if (recordings > 0)
    reason += (reason.empty() ? "" : ", ") + std::to_string(recordings) + of +
              std::to_string(kRecording) + " times as long and longer, and are used whole";
  return {"length", std::to_string(length), reason};
}

}  // namespace gannet
