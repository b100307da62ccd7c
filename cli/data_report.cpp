#include "cli/data_report.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "gannet/base/error.h"
#include "gannet/formats/columns.h"

namespace gannet::cli {
namespace {

using nlohmann::json;

// Statistics of one pass over all samples.
struct SampleStatistics {
  double low = INFINITY, high = -INFINITY, sum = 0, count = 0;
  std::map<int64_t, int64_t> labels;
  int64_t constant = 0, duplicates = 0, captions = 0;
};

SampleStatistics read_all(const Dataset& data) {
  SampleStatistics all;
  std::set<size_t> hashes;
  Sample sample;
  for (int64_t i = 0; i < data.size(); ++i) {
    data.get(i, sample);
    const auto [low, high] = std::ranges::minmax_element(sample.values);
    for (const float value : sample.values) {
      if (!std::isfinite(value)) {
        throw Error("sample " + std::to_string(i) + " has a value that is not a finite number",
                    data.name());
      }
      all.sum += value;
    }
    all.low = std::min<double>(all.low, *low);
    all.high = std::max<double>(all.high, *high);
    all.count += static_cast<double>(sample.values.size());
    all.constant += !data.info().is_points() && sample.values.size() > 1 && *low == *high;
    const std::string_view bytes(reinterpret_cast<const char*>(sample.values.data()),
                                 sample.values.size() * sizeof(float));
    all.duplicates += !hashes.insert(std::hash<std::string_view>()(bytes)).second;
    all.captions += !sample.caption.empty();
    if (data.info().classes_count() > 0) ++all.labels[sample.label];
  }
  return all;
}

json to_json(const std::vector<FileProblem>& problems) {
  json list = json::array();
  for (const FileProblem& p : problems) list.push_back({{"file", p.file}, {"what", p.what}});
  return list;
}

json to_json(const LeftOutList& list) {
  json all = json::array();
  for (const LeftOut& kind : list) {
    all.push_back({{"what", kind.what}, {"files", kind.files}, {"first", kind.first}});
    if (!kind.advice.empty()) all.back()["advice"] = kind.advice;
  }
  return all;
}

json common_json(const CollectionReport& report) {
  return {{"kind", report.kind},
          {"found", report.samples},
          {"formats", report.formats},
          {"other_files", report.other_files},
          {"left_out", to_json(report.left_out)},
          {"duplicates", to_json(report.duplicates)},
          {"notes", report.notes},
          {"problems", to_json(report.problems)}};
}

}  // namespace

json to_json(const Dataset& data) {
  const SampleStatistics all = read_all(data);
  const DatasetInfo& info = data.info();
  const std::string kind(name_of(kind_of(info)));
  json object = {{"name", data.name()},
                 {"kind", info.input_image.empty() ? kind : kind + " pairs"},
                 {"samples", data.size()},
                 {"shape", info.dims},
                 {"low", all.low},
                 {"high", all.high},
                 {"mean", all.sum / all.count},
                 {"of_one_value", all.constant},
                 {"repeated", all.duplicates},
                 {"captions", all.captions},
                 {"attributes", info.attributes},
                 {"hash", data.hash()},
                 {"classes", json::array()},
                 {"problems", json::array()},
                 {"left_out", json::array()}};
  if (!info.input_image.empty()) object["input_shape"] = info.input_image;
  if (info.table)
    for (const Column& column : info.table->columns)
      object["columns"].push_back({{"name", column.name}, {"kind", kind_text(column)}});
  for (const auto& [label, count] : all.labels)
    object["classes"].push_back(
        {{"name", info.classes.at(static_cast<size_t>(label))}, {"samples", count}});
  return object;
}

json to_json(const ImageReport& report) {
  json object = common_json(report);
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
  json object = common_json(report);
  object["rates"] = json::array();
  for (const auto& [rate, n] : report.rates)
    object["rates"].push_back({{"rate", rate}, {"audio", n}});
  object["seconds"] = {{"shortest", report.shortest}, {"longest", report.longest}};
  object["downmixed"] = report.downmixed;
  object["resampled"] = report.resampled;
  object["cut"] = report.cut;
  object["padded"] = report.padded;
  object["late"] = report.late;
  object["recordings"] = report.recordings;
  return object;
}

}  // namespace gannet::cli
