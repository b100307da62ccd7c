#include "gannet/training/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gannet/base/error.h"
#include "gannet/base/message_text.h"

namespace gannet {

double scheduled_value(const Options& o, double from, double to, int64_t images_seen) {
  if (to < 0) return from;
  if (o.schedule == "constant") return to;
  const double length = 1000 * (o.burn_in < 0 ? o.kimg : o.burn_in);
  const double done =
      length > 0 ? std::min(1.0, static_cast<double>(images_seen) / length) : 1.0;  // [0, 1]
  if (o.schedule == "exponential") return from * std::pow(to / from, done);
  const double left =
      o.schedule == "linear" ? 1 - done : (1 + std::cos(std::numbers::pi * done)) / 2;
  return to + (from - to) * left;
}

ScheduledValues schedule_at(const Options& o, int64_t images_seen) {
  const auto now = [&](double from, double to) {
    return scheduled_value(o, from, to, images_seen);
  };
  return {.lr = o.lr > 0 ? now(o.lr, o.lr_end) / o.lr : 1,
          .b2 = now(o.b2, o.b2_end),
          .r1_scale = o.r1_weight() > 0 ? now(o.r1_weight(), o.gamma_end) / o.r1_weight() : 1,
          .ema = now(o.ema, o.ema_end),
          .noise = now(o.noise, o.noise_end),
          .top_k = now(1, o.top_k < 1 ? o.top_k : -1)};
}

void check_schedules(const Options& o) {
  const struct {
    const char* option;
    double from, to;
  } all[] = {{"lr", o.lr, o.lr_end}, {"gamma", o.r1_weight(), o.gamma_end}};
  for (const auto& [option, from, to] : all)
    if (to >= 0 && from <= 0)
      throw UsageError(std::string("--") + option + "-end needs a start above 0",
                       std::string("--") + option + "-end", std::string("--") + option + " W");
  const struct {
    const char* option;
    double from, to;
  } moving[] = {{"lr", o.lr, o.lr_end},
                {"gamma", o.r1_weight(), o.gamma_end},
                {"b2", o.b2, o.b2_end},
                {"ema", o.ema, o.ema_end},
                {"noise", o.noise, o.noise_end}};
  for (const auto& [option, from, to] : moving)
    if (o.schedule == "exponential" && to >= 0 && (from <= 0 || to == 0))
      throw UsageError(
          "an exponential schedule is between values above 0, and this one goes from " +
              number_text(from) + " to " + number_text(to),
          std::string("--") + option + "-end",
          std::string("--schedule cosine, or --") + option + "-end auto");
  for (const auto& [option, from, to] : moving)
    if (o.schedule == "constant" && to >= 0)
      throw UsageError("this value has an end, and --schedule constant never changes it",
                       std::string("--") + option + "-end",
                       std::string("--schedule cosine, or --") + option + "-end auto");
}

}  // namespace gannet
