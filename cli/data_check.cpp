// gannet data check SRC: what a set holds, and everything odd about it.
#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/commands.h"
#include "cli/format.h"
#include "cli/source.h"
#include "cli/threads.h"
#include "gannet/base/error.h"
#include "gannet/data/files/audio.h"
#include "gannet/data/files/video.h"

namespace gannet::cli {
namespace {

using nlohmann::json;

// What one pass over all samples finds.
struct Findings {
  double low = INFINITY, high = -INFINITY, sum = 0, count = 0;
  std::map<int64_t, int64_t> labels;
  int64_t constant = 0, repeated = 0, captions = 0;
};

Findings examine(const Dataset& data) {
  Findings found;
  std::set<size_t> seen;
  Sample sample;
  for (int64_t i = 0; i < data.size(); ++i) {
    data.get(i, sample);
    const auto [low, high] = std::ranges::minmax_element(sample.values);
    for (const float value : sample.values) {
      if (!std::isfinite(value)) {
        throw Error("sample " + std::to_string(i) + " has a value that is not a finite number",
                    data.name());
      }
      found.sum += value;
    }
    found.low = std::min<double>(found.low, *low);
    found.high = std::max<double>(found.high, *high);
    found.count += static_cast<double>(sample.values.size());
    found.constant += sample.values.size() > 1 && *low == *high;
    const std::string_view bytes(reinterpret_cast<const char*>(sample.values.data()),
                                 sample.values.size() * sizeof(float));
    found.repeated += !seen.insert(std::hash<std::string_view>()(bytes)).second;
    found.captions += !sample.caption.empty();
    if (data.info().classes_count() > 0) ++found.labels[sample.label];
  }
  return found;
}

json to_json(const Dataset& data) {
  const Findings found = examine(data);
  json object = {{"name", data.name()},
                 {"samples", data.size()},
                 {"shape", data.info().dims},
                 {"low", found.low},
                 {"high", found.high},
                 {"mean", found.sum / found.count},
                 {"of_one_value", found.constant},
                 {"repeated", found.repeated},
                 {"captions", found.captions},
                 {"attributes", data.info().attributes},
                 {"hash", data.hash()},
                 {"classes", json::array()}};
  if (!data.info().input_image.empty()) object["given"] = data.info().input_image;
  for (const auto& [label, count] : found.labels)
    object["classes"].push_back(
        {{"name", data.info().classes.at(static_cast<size_t>(label))}, {"samples", count}});
  return object;
}

json to_json(const std::vector<Finding>& findings) {
  json list = json::array();
  for (const Finding& f : findings) list.push_back({{"file", f.file}, {"what", f.what}});
  return list;
}

json of_files(const CollectionReport& report) {
  return {{"kind", report.kind},
          {"found", report.samples},
          {"formats", report.formats},
          {"others", report.others},
          {"duplicates", to_json(report.duplicates)},
          {"problems", to_json(report.problems)}};
}

json to_json(const ImageReport& report) {
  json object = of_files(report);
  object["sizes"] = json::array();
  for (const auto& [size, n] : report.sizes)
    object["sizes"].push_back({{"width", size.width}, {"height", size.height}, {"images", n}});
  object["enlarged"] = report.enlarged;
  object["transparent"] = report.transparent;
  return object;
}

json to_json(const VideoReport& report) {
  json object = to_json(static_cast<const ImageReport&>(report));
  object["frames"] = {{"fewest", report.fewest}, {"most", report.most}};
  return object;
}

json to_json(const AudioReport& report) {
  json object = of_files(report);
  object["rates"] = json::array();
  for (const auto& [rate, n] : report.rates)
    object["rates"].push_back({{"rate", rate}, {"audio", n}});
  object["seconds"] = {{"shortest", report.shortest}, {"longest", report.longest}};
  object["of_several_channels"] = report.mixed;
  object["resampled"] = report.resampled;
  object["cut"] = report.cut;
  object["padded"] = report.padded;
  return object;
}

using Rows = std::vector<std::vector<std::string>>;

void add_set(const json& set, Rows& rows) {
  rows.push_back({"name", set["name"]});
  rows.push_back({"samples", set["samples"].dump()});
  rows.push_back({"shape", to_string(set["shape"].get<Shape>())});
  if (set.contains("given")) rows.push_back({"given", to_string(set["given"].get<Shape>())});
  rows.push_back({"values", number(set["low"], "%.4g") + " to " + number(set["high"], "%.4g") +
                                ", mean " + number(set["mean"], "%.4g")});
  for (const auto& [key, name] :
       {std::pair{"of_one_value", "of one value"}, std::pair{"repeated", "repeated"},
        std::pair{"captions", "captions"}, std::pair{"attributes", "vector of"}})
    if (set[key] != 0 || key[0] == 'o' || key[0] == 'r') rows.push_back({name, set[key].dump()});
  rows.push_back({"content", set["hash"]});
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
  rows.push_back({"kind", report.kind});
  rows.push_back({"found", std::to_string(report.samples)});
  std::string formats;
  for (const auto& [format, n] : report.formats)
    formats += (formats.empty() ? "" : ", ") + std::to_string(n) + " " + format;
  rows.push_back({"formats", formats});
}

void add_odd(const CollectionReport& report, Rows& rows) {
  add_count("other files", static_cast<int64_t>(report.others.size()), rows);
  add_count("duplicates", static_cast<int64_t>(report.duplicates.size()), rows);
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
  add_count("of several channels", report.mixed, rows);
  add_count("resampled", report.resampled, rows);
  add_count("cut", report.cut, rows);
  add_count("padded", report.padded, rows);
  add_odd(report, rows);
}

std::string list(const char* title, const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& f : findings)
    text += std::string(title) + ": " + f.file + ": " + f.what + "\n";
  return text;
}

// Prints what a set of files is; throws Error where train would refuse it.
template <class Set>
void print_check(Set set, SourceOptions options, const std::string& source, const char* key,
                 bool as_json) {
  const auto report = set.report;
  const std::vector<Decision> decisions = set.decisions;
  options.images.bad_files = "skip";
  json object = {{key, to_json(report)}};
  Rows rows;
  std::string text;
  for (const Decision& d : decisions) text += d.name + " = " + d.value + ": " + d.reason + "\n";
  if (set.size() > 0) {
    object.update(to_json(*make_dataset(std::move(set), options)));
    add_set(object, rows);
  }
  add_files(report, rows);
  text += table(rows) + list("duplicate", report.duplicates) + list("problem", report.problems);
  print(as_json ? object.dump(2, ' ', false, json::error_handler_t::replace) + "\n" : text);
  if (!report.problems.empty())
    throw Error(std::to_string(report.problems.size()) + " of " + std::to_string(report.samples) +
                    " samples cannot be learned from",
                source, "train refuses them, or leaves them out with --bad-files skip");
}

int check_files(const std::string& source, const SourceOptions& options, bool as_json) {
  Collection found = collect(source, options);
  if (found.medium == Medium::audio)
    print_check(load_audio(std::move(found), options), options, source, "audio", as_json);
  else if (found.medium == Medium::video)
    print_check(load_videos(std::move(found), options), options, source, "videos", as_json);
  else
    print_check(load_images(std::move(found), options), options, source, "images", as_json);
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
              .summary = "Reads every sample: sizes, range, classes, repetitions, bad files.",
              .groups = {{"Options", &options}},
              .positionals = {{"SRC", "what --data takes", &source}}},
             arguments)) {
    return 0;
  }
  options.source.threads = chosen_threads();
  if (names_files(source[0])) return check_files(source[0], options.source, options.json);
  const json object = to_json(*open_dataset(source[0], options.source));
  Rows rows;
  add_set(object, rows);
  print(options.json ? object.dump(2) + "\n" : table(rows));
  return 0;
}

}  // namespace gannet::cli
