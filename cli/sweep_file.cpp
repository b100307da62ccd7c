#include "cli/sweep_file.h"

#include <algorithm>
#include <map>
#include <set>

#include "cli/source.h"
#include "gannet/base/error.h"
#include "gannet/base/spelling.h"
#include "gannet/base/toml.h"
#include "gannet/recipes/recipes.h"
#include "gannet/runs/comparison.h"
#include "gannet/runs/config.h"
#include "gannet/runs/directory.h"

namespace gannet::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Setting = std::vector<std::pair<std::string, std::string>>;

constexpr size_t kMostRuns = 10000;

std::string text_of(const json& value, const std::string& key, const std::string& source) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  throw UsageError("expected a text, a number or true or false for " + key, source);
}

std::string in_names(std::string text) {
  for (char& c : text)
    if (c == '/' || c == ' ' || c == '\\') c = '_';
  return text;
}

// "gamma=1,aug=color+translation": a part of a folder's name.
std::string name_of(const Setting& setting) {
  std::string name;
  for (const auto& [key, value] : setting) name += (name.empty() ? "" : ",") + key + "=" + value;
  return in_names(name);
}

// A value as the option holds it: "0.001" of "1e-3", "true" of "1". Of an option or value that no
// recipe knows the text itself: `train` refuses it.
std::string held_value(const std::string& key, const std::string& text) {
  const std::string name = option_name(key);
  const auto held = [&](Fields& fields) -> std::optional<std::string> {
    try {
      set_field(fields, name, text);
    } catch (const UsageError&) {
      return {};
    }
    const std::vector<FieldText> all = list_fields(fields);
    return std::ranges::find(all, name, &FieldText::name)->value;
  };
  RunOptions run;
  if (const auto value = held(run)) return *value;
  for (const Recipe& recipe : recipes())
    if (const auto value = held(*recipe.options())) return *value;
  return text;
}

// Throws UsageError for two values that would be the same runs, or runs of one name.
void check_values(const std::string& key, const std::vector<std::string>& values,
                  const std::string& source) {
  const std::string where = key + " in " + source;
  std::map<std::string, std::string> texts, names;  // of what is held, and of names
  for (const std::string& value : values) {
    const auto [same, is_new] = texts.try_emplace(held_value(key, value), value);
    if (!is_new)
      throw UsageError(same->second == value
                           ? value + " is there twice"
                           : same->second + " and " + value + " are the same value",
                       where, "each value once: a run of the same value and seed is the same run");
    const auto [other, is_free] = names.try_emplace(in_names(value), value);
    if (!is_free)
      throw UsageError(other->second + " and " + value + " make runs of one name", where,
                       "one of the two in a file of its own");
  }
}

json table_of(const json& document, const char* name, const std::string& source) {
  const json table = document.value(name, json::object());
  if (!table.is_object()) throw UsageError(std::string("expected a table [") + name + "]", source);
  for (const auto& [key, value] : table.items())
    for (const char* own : {"seed", "seeds", "desc", "outdir"})
      if (key == own)
        throw UsageError(key + " is not of [" + name + "]", source,
                         "seeds = \"0-2\" and outdir = \"runs/NAME\" stand above the tables");
  return table;
}

// Options that are there twice, and such whose runs the table would take for one group.
void check_keys(const json& grid, const json& options, const std::string& source) {
  std::set<std::string> seen;
  for (const auto& [key, value] : options.items()) seen.insert(option_name(key));
  for (const auto& [key, value] : grid.items()) {
    if (options.contains(key)) throw UsageError(key + " is in [options] and in [grid]", source);
    if (!seen.insert(option_name(key)).second)
      throw UsageError(key + " is there twice, also as " + option_name(key), source);
    if (!tells_groups_apart(option_name(key)))
      throw UsageError(key + " is not of [grid]: runs that differ in it alone are one group",
                       source, "one value for all runs, among [options]");
  }
}

std::vector<Setting> settings_of(const json& grid, const std::string& source) {
  std::vector<Setting> settings = {{}};
  for (const auto& [key, values] : grid.items()) {
    if (!values.is_array() || values.empty())
      throw UsageError("expected an array of values for " + key, source, key + " = [1, 2]");
    std::vector<std::string> texts;
    for (const json& value : values) texts.push_back(text_of(value, key, source));
    if (texts.size() * settings.size() > kMostRuns)
      throw UsageError("more than 10000 runs", source);
    check_values(key, texts, source);
    std::vector<Setting> more;
    for (const Setting& setting : settings)
      for (const std::string& text : texts) {
        more.push_back(setting);
        more.back().emplace_back(key, text);
      }
    settings = std::move(more);
  }
  return settings;
}

std::vector<uint64_t> seeds_of(const json& document, const std::string& source) {
  const std::string where = "seeds in " + source,
                    text = document.contains("seeds") ? text_of(document["seeds"], "seeds", source)
                                                      : "0-2";
  try {
    (void)parse_seeds(text, where);
  } catch (const UsageError& error) {  // its hint is for a command line
    throw UsageError(error.what(), "", "seeds = \"0,1,4-6\"");
  }
  return different_seeds(text, where);
}

}  // namespace

Sweep read_sweep(std::string_view text, const std::string& source) {
  const json document = read_toml_document(text, source);
  for (const auto& [key, value] : document.items())
    if (key != "seeds" && key != "outdir" && key != "options" && key != "grid")
      throw UsageError("unknown key " + key, source,
                       "seeds, outdir, [options] and [grid]; options of all runs are in [options]");
  const json options = table_of(document, "options", source),
             grid = table_of(document, "grid", source);
  check_keys(grid, options, source);
  Sweep sweep{.outdir = Path("runs") / Path(source).stem()};
  if (document.contains("outdir")) sweep.outdir = text_of(document["outdir"], "outdir", source);
  sweep.document = {{"options", options}, {"grid", grid}};
  const std::vector<uint64_t> seeds = seeds_of(document, source);
  for (const Setting& setting : settings_of(grid, source))
    for (const uint64_t seed : seeds) {
      Setting named = setting;
      named.emplace_back("seed", std::to_string(seed));
      SweepRun run{.name = name_of(named)};
      for (const auto& [key, value] : options.items())
        run.options.emplace_back(key, text_of(value, key, source));
      run.options.insert(run.options.end(), named.begin(), named.end());
      sweep.runs.push_back(std::move(run));
    }
  if (sweep.runs.size() > kMostRuns) throw UsageError("more than 10000 runs", source);
  return sweep;
}

std::optional<Path> find_sweep_run(const Path& outdir, const std::string& name) {
  if (!fs::is_directory(outdir)) return {};
  std::optional<Path> found;
  for (const auto& entry : fs::directory_iterator(outdir)) {
    const RunDirectory run(entry.path());
    if (!entry.is_directory() || !fs::exists(run.options())) continue;
    const json options = json::parse(read_text(run.options()), nullptr, false);
    if (options.is_object() && options.value("desc", "") == name) found = entry.path();
  }
  return found;
}

void begin_sweep(const Sweep& sweep) {
  fs::create_directories(sweep.outdir);
  const Path file = sweep.outdir / "sweep.json";
  if (fs::exists(file)) {
    const json before = json::parse(read_text(file), nullptr, false);
    for (const char* table : {"options"})
      if (before.value(table, json()) != sweep.document[table])
        throw Error("a sweep with other [options] has begun there", sweep.outdir.string(),
                    "another outdir in the file, or the [options] of sweep.json there");
  }
  write_file(file, sweep.document.dump(2) + "\n");
}

}  // namespace gannet::cli
