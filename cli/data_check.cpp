// gannet data check SRC: the contents of a data set, and all problems with it.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <variant>

#include "cli/commands.h"
#include "cli/data_report.h"
#include "cli/format.h"
#include "cli/source.h"
#include "cli/threads.h"
#include "gannet/base/error.h"
#include "gannet/data/files/load_files.h"
#include "gannet/data/registry.h"

namespace gannet::cli {
namespace {

using nlohmann::json;

using Rows = std::vector<std::vector<std::string>>;

// Of a table, what each column is.
void add_columns(const json& set, Rows& rows) {
  constexpr size_t kMostColumns = 40;
  if (!set.contains("columns")) return;
  const json& columns = set["columns"];
  for (size_t i = 0; i < std::min(kMostColumns, columns.size()); ++i) {
    const auto name = columns[i]["name"].get<std::string>();
    rows.push_back(
        {name.empty() ? "column " + std::to_string(i + 1) : "column " + name, columns[i]["kind"]});
  }
  if (columns.size() > kMostColumns)
    rows.push_back({"columns", std::to_string(columns.size() - kMostColumns) + " more"});
}

void add_set(const json& set, Rows& rows) {
  rows.push_back({"name", set["name"]});
  rows.push_back({"kind", set["kind"]});
  rows.push_back({"samples", set["samples"].dump()});
  rows.push_back({"shape", to_string(set["shape"].get<Shape>())});
  if (set.contains("input_shape"))
    rows.push_back({"input shape", to_string(set["input_shape"].get<Shape>())});
  rows.push_back({"values", number(set["low"], "%.4g") + " to " + number(set["high"], "%.4g") +
                                ", mean " + number(set["mean"], "%.4g")});
  for (const auto& [key, name] :
       {std::pair{"of_one_value", "constant samples"}, std::pair{"repeated", "duplicate samples"},
        std::pair{"captions", "captions"}, std::pair{"attributes", "attributes"}})
    if (set[key] != 0 || key[0] == 'o' || key[0] == 'r') rows.push_back({name, set[key].dump()});
  rows.push_back({"content", set["hash"]});
  add_columns(set, rows);
  int64_t label = 0;
  for (const json& c : set["classes"])
    rows.push_back({"class " + std::to_string(label++),
                    c["name"].get<std::string>() + ", " + c["samples"].dump() + " samples"});
}

// The most frequent sizes, in one line.
std::string sizes_text(const ImageReport& report) {
  constexpr size_t kShown = 5;
  std::vector<std::pair<int64_t, ImageSize>> sizes;
  for (const auto& [size, n] : report.sizes) sizes.emplace_back(n, size);
  std::ranges::sort(sizes, std::greater());
  std::string text;
  for (size_t i = 0; i < std::min(kShown, sizes.size()); ++i)
    text += (i > 0 ? ", " : "") + std::to_string(sizes[i].second.width) + "x" +
            std::to_string(sizes[i].second.height) + " (" + std::to_string(sizes[i].first) + ")";
  if (sizes.size() > kShown) text += " and " + std::to_string(sizes.size() - kShown) + " more";
  return text;
}

void add_count(const char* name, int64_t n, Rows& rows) {
  if (n > 0) rows.push_back({name, std::to_string(n)});
}

void add_common(const CollectionReport& report, Rows& rows) {
  rows.push_back({"found", std::to_string(report.samples)});
  std::string formats;
  for (const auto& [format, n] : report.formats)
    formats += (formats.empty() ? "" : ", ") + std::to_string(n) + " " + format;
  rows.push_back({"formats", formats});
}

void add_odd(const CollectionReport& report, Rows& rows) {
  add_count("other files", static_cast<int64_t>(report.other_files.size()), rows);
  add_count("duplicate files", static_cast<int64_t>(report.duplicates.size()), rows);
  add_count("problems", static_cast<int64_t>(report.problems.size()), rows);
}

void add_files(const ImageReport& report, Rows& rows) {
  add_common(report, rows);
  rows.push_back({"sizes", sizes_text(report)});
  add_count("transparent", report.transparent, rows);
  add_count("enlarged", report.enlarged, rows);
  add_odd(report, rows);
}

void add_files(const VideoReport& report, Rows& rows) {
  add_files(static_cast<const ImageReport&>(report), rows);
  rows.push_back({"frames", std::to_string(report.fewest) + " to " + std::to_string(report.most)});
}

void add_files(const AudioReport& report, Rows& rows) {
  add_common(report, rows);
  std::string rates;
  for (const auto& [rate, n] : report.rates)
    rates += (rates.empty() ? "" : ", ") + std::to_string(rate) + " (" + std::to_string(n) + ")";
  rows.push_back({"rates", rates});
  rows.push_back(
      {"seconds", number(report.shortest, "%.4g") + " to " + number(report.longest, "%.4g")});
  add_count("downmixed", report.downmixed, rows);
  add_count("resampled", report.resampled, rows);
  add_count("cut", report.cut, rows);
  add_count("padded", report.padded, rows);
  add_count("late", report.late, rows);
  add_count("recordings", report.recordings, rows);
  add_odd(report, rows);
}

std::string lines(const char* title, const std::vector<FileProblem>& problems) {
  std::string text;
  for (const FileProblem& p : problems)
    text += std::string(title) + ": " + p.file + ": " + p.what + "\n";
  return text;
}

// One line a kind: how many, one of them, and what to do.
std::string lines(const LeftOutList& list) {
  std::string text;
  for (const LeftOut& kind : list) {
    text += "left out: " + count_text(kind);
    if (!kind.first.empty()) text += (kind.files > 1 ? ", as " : ": ") + kind.first;
    text += (kind.advice.empty() ? "" : ": " + kind.advice) + "\n";
  }
  return text;
}

// Prints the report of a set of files; throws Error where train would refuse it.
template <class Set>
void print_check(Set set, SourceOptions options, const std::string& source, bool as_json) {
  const auto report = set.report;
  const std::vector<Decision> decisions = set.decisions;
  const int64_t good = set.size();
  const bool refused =
      !report.problems.empty() && (options.files.bad_files == "refuse" || good == 0);
  options.files.bad_files = "skip";
  json object = {{"name", set.name}, {"samples", 0}, {"classes", json::array()}};
  Rows rows;
  std::string text;
  for (const Decision& d : decisions)
    if (d.name != "left-out") text += d.name + " = " + d.value + ": " + d.reason + "\n";
  const bool usable = set.size() > 0;
  if (usable) object = to_json(*make_dataset(std::move(set), options));
  object.update(to_json(report));
  if (usable) add_set(object, rows);
  add_files(report, rows);
  text += table(rows) + lines("duplicate", report.duplicates) + lines("problem", report.problems) +
          lines(report.left_out);
  for (const std::string& note : report.notes) warn(note);
  print(as_json ? object.dump(2, ' ', false, json::error_handler_t::replace) + "\n" : text);
  if (refused)
    throw Error(std::to_string(report.problems.size()) + " of " + std::to_string(report.samples) +
                    " samples cannot be learned from",
                source, good == 0 ? "" : skip_text(good));
}

int check_files(const ResolvedSource& resolved, bool as_json) {
  std::visit(
      [&](auto&& set) { print_check(std::move(set), resolved.options, resolved.path, as_json); },
      load_files(resolved));
  return 0;
}

struct CheckOptions : SourceFields {
  bool json = false;
  void fields(FieldVisitor& visitor) override {
    visitor.field("json", json, {.help = "one JSON document"});
    SourceFields::fields(visitor);
  }
};

}  // namespace

int check_data(const Arguments& arguments) {
  CheckOptions options;
  std::vector<std::string> source;
  if (!parse({.program = "gannet data check",
              .summary = "Reads every sample: sizes, range, classes, duplicates, bad files.",
              .groups = {{"Options", &options}},
              .positionals = {{"SRC", "what --data takes", &source}}},
             arguments)) {
    return 0;
  }
  options.source.threads = chosen_threads();
  if (const ResolvedSource files = resolve_source(source[0], options.source);
      names_files(files.path))
    return check_files(files, options.json);
  const std::unique_ptr<Dataset> data = open_dataset(source[0], options.source);
  for (const std::string& warning : data->warnings()) warn(warning);
  json object = to_json(*data);
  Rows rows;
  add_set(object, rows);
  std::string text;
  for (const Decision& d : data->decisions()) {
    text += d.name + " = " + d.value + ": " + d.reason + "\n";
    object["decisions"].push_back({{"name", d.name}, {"value", d.value}, {"reason", d.reason}});
  }
  print(options.json ? object.dump(2, ' ', false, json::error_handler_t::replace) + "\n"
                     : text + table(rows));
  return 0;
}

}  // namespace gannet::cli
