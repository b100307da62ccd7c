#include "cli/sweep_file.h"

#include <algorithm>

#include "cli/source.h"
#include "gannet/base/error.h"
#include "gannet/base/toml.h"
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

// "gamma=1,aug=color+translation": a part of a folder's name.
std::string name_of(const Setting& setting) {
  std::string name;
  for (const auto& [key, value] : setting) name += (name.empty() ? "" : ",") + key + "=" + value;
  for (char& c : name)
    if (c == '/' || c == ' ' || c == '\\') c = '_';
  return name;
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

std::vector<Setting> settings_of(const json& grid, const std::string& source) {
  std::vector<Setting> settings = {{}};
  for (const auto& [key, values] : grid.items()) {
    if (!values.is_array() || values.empty())
      throw UsageError("expected an array of values for " + key, source, key + " = [1, 2]");
    std::vector<Setting> more;
    for (const Setting& setting : settings)
      for (const json& value : values) {
        more.push_back(setting);
        more.back().emplace_back(key, text_of(value, key, source));
      }
    settings = std::move(more);
    if (settings.size() > kMostRuns) throw UsageError("more than 10000 runs", source);
  }
  return settings;
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
  for (const auto& [key, value] : grid.items())
    if (options.contains(key)) throw UsageError(key + " is in [options] and in [grid]", source);
  Sweep sweep{.outdir = Path("runs") / Path(source).stem()};
  if (document.contains("outdir")) sweep.outdir = text_of(document["outdir"], "outdir", source);
  sweep.document = {{"options", options}, {"grid", grid}};
  const std::vector<uint64_t> seeds = different_seeds(
      document.contains("seeds") ? text_of(document["seeds"], "seeds", source) : "0-2",
      "seeds in " + source);
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
