#include "gannet/runs/detail/changes.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "gannet/base/error.h"
#include "gannet/base/spelling.h"

namespace gannet {
namespace {

using nlohmann::json;

// Options of losses, rates, schedules and reports: they belong to no network.
constexpr std::string_view kFree[] = {
    "data",       "kimg",        "tick",      "snap",        "snap-first",  "snap-keep",
    "metrics",    "on-collapse", "stop-when", "patience",    "threads",     "device",
    "lr",         "glr",         "dlr",       "b1",          "b2",          "momentum",
    "schedule",   "burn-in",     "lr-end",    "b2-end",      "ema",         "ema-end",
    "ema-rampup", "aug",         "noise",     "noise-end",   "mirror",      "loss",
    "n-critic",   "n-gen",       "smooth",    "smooth-fake", "topk",        "gradient-ratio",
    "pool",       "l1",          "beta",      "ma-gp",       "ma-gp-power", "ma-gp-every",
    "contrast",   "g-contrast",  "precision"};

struct Fixed {
  std::string_view option, reason;
};
constexpr Fixed kFixed[] = {
    {"seed", "all random draws of the run follow from it"},
    {"batch", "steps and the order of the data are counted in batches"},
    {"accumulate", "steps and the order of the data are counted in its rounds"},
    {"optimizer", "the run's moments are of the other one"},
    {"outdir", "it is for the start of a run"},
    {"desc", "it is for the start of a run"},
    {"preset", "it is for the start of a run"},
    {"resume", "it is for the start of a run"},
    {"resume-partial", "it is for the start of a run"},
    {"minutes", "it is for the start of a run; --kimg is its length"},
    {"hours", "it is for the start of a run; --kimg is its length"},
};

struct Regularizers : Fields, RegularizerOptions {
  void fields(FieldVisitor& v) override { regularizer_fields(v); }
};
struct Source : Fields {
  SourceOptions source;
  void fields(FieldVisitor& v) override { source_fields(v, source); }
};

bool has(Fields& fields, const std::string& name) {
  return std::ranges::any_of(list_fields(fields),
                             [&](const FieldText& field) { return field.name == name; });
}

std::string value_of(Config& config, const std::string& name) {
  for (Fields* fields :
       {static_cast<Fields*>(&config.run), static_cast<Fields*>(config.options.get())})
    for (const FieldText& field : list_fields(*fields))
      if (field.name == name) return field.value;
  return "";
}

void set(Config& config, const std::string& name, const std::string& text) {
  const std::string where = "--" + name;
  if (has(config.run, name))
    set_field(config.run, name, text, where);
  else
    set_field(*config.options, name, text, where);
}

// The options that are not their recipe's defaults, and the data: a command without `left_out`.
std::string options_line(Config& config, const std::string& left_out) {
  Config plain = default_config(config.cfg);
  std::string line = " --cfg " + config.cfg + " --data " + shell_word(config.run.data);
  const auto add = [&](Fields& now, Fields& usual) {
    const std::vector<FieldText> defaults = list_fields(usual);
    for (const FieldText& field : list_fields(now)) {
      const auto found = std::ranges::find(defaults, field.name, &FieldText::name);
      const bool same = found != defaults.end() && found->value == field.value;
      if (!same && field.name != left_out && !field.value.empty())
        line += " --" + field.name + "=" + shell_word(field.value);
    }
  };
  add(*config.options, *plain.options);
  Source now, usual;
  now.source = config.run.source;
  add(now, usual);
  return line;
}

}  // namespace

std::string fixed_option(const std::string& name) {
  for (const Fixed& fixed : kFixed)
    if (fixed.option == name) return std::string(fixed.reason);
  Regularizers regularizers;
  Source source;
  if (std::ranges::find(kFree, name) != std::end(kFree) || name.ends_with("-weight") ||
      has(regularizers, name))
    return "";
  if (has(source, name)) return "it makes other data";
  return "it makes other networks";
}

void change_options(Config& config, const OptionChanges& changes, const Path& run) {
  const auto given = [&](std::string_view name) {
    return std::ranges::any_of(changes, [&](const auto& change) { return change.first == name; });
  };
  for (const auto& [name, text] : changes) {
    if (const std::string reason = fixed_option(name); !reason.empty())
      throw UsageError("cannot change in the middle of a run: " + reason, "--" + name,
                       "a new run with the other options of its networks and data, from the layers "
                       "that fit: gannet "
                       "train" +
                           options_line(config, name) + " --" + name + " " + shell_word(text) +
                           " --resume " + shell_word(run.string()) + " --resume-partial");
    set(config, name, text);
  }
  // Rates that followed from --lr, or from the preset, still do.
  for (const char* rate : {"glr", "dlr"})
    if (given("lr") && !given(rate) &&
        std::ranges::any_of(config.decisions, [&](const Decision& d) { return d.name == rate; }))
      set(config, rate, value_of(config, "lr"));
}

std::string span_note(const Config& before, const Config& now) {
  const Options &o = *before.options, &n = *now.options;
  if (n.kimg == o.kimg) return "";
  const auto kimg = [](double value) { return json(value).dump() + " kimg"; };
  const bool scheduled = o.lr_end >= 0 || o.gamma_end >= 0 || o.b2_end >= 0 || o.ema_end >= 0 ||
                         o.noise_end >= 0 || o.top_k < 1;
  std::string note;
  if (scheduled && o.burn_in == o.kimg && n.burn_in == o.burn_in)
    note = "its schedules end at " + kimg(o.burn_in) + " and stay there";
  for (const Decision& d : before.decisions)
    if (d.name == "pretrain-kimg")
      note += (note.empty() ? "" : ", ") + ("its pretraining stays at " + d.value + " kimg");
  return note.empty() ? "" : note + "; a run of " + kimg(n.kimg) + " from the start would differ";
}

json differences(Config& before, Config& now) {
  const json a = to_json(before), b = to_json(now);
  json list = json::array();
  for (const auto& [key, value] : b.items())
    if (const json old = a.value(key, json()); old != value)
      list.push_back({{"option", key}, {"from", old}, {"to", value}});
  return list;
}

}  // namespace gannet
