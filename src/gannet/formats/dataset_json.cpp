#include "gannet/formats/dataset_json.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "gannet/base/error.h"
#include "gannet/formats/detail/json_text.h"
#include "gannet/formats/encoding.h"

namespace gannet {
namespace {

using nlohmann::json;

constexpr size_t kMostClasses = 100'000, kMostNumbers = 65'536, kMostCaptions = 1000;

class Reader {
 public:
  explicit Reader(std::string_view source) : source_(source) {}

  SampleLabels labels;

  // Each [path, value] of a list, where there is one.
  void each(const json& object, const char* key,
            const std::function<void(SampleLabel&, const json&)>& set) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return;
    if (!found->is_array()) fail("expected a list or null", key);
    for (const json& entry : *found) {
      if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string())
        fail("expected [\"path\", label] in the list", key);
      path_ = entry[0].get<std::string>();
      std::ranges::replace(path_, '\\', '/');
      if (!entry[1].is_null()) set(labels.of[path_], entry[1]);
    }
  }

  void set_any(SampleLabel& label, const json& value) {
    const bool texts = value.is_array() && !value.empty() && value[0].is_string();
    const char* kind = value.is_string() || texts  ? "captions"
                       : value.is_array()          ? "vectors"
                       : value.is_number_integer() ? "class numbers"
                                                   : "";
    if (*kind == '\0')
      fail("expected a class number, a vector, a caption or a list of captions for", path_);
    if (kind_.empty()) kind_ = kind;
    if (kind_ != kind) fail("labels are " + kind_ + ", and " + kind + " at", path_);
    if (value.is_string() || texts) return set_caption(label, value);
    if (value.is_array()) return set_vector(label, value);
    set_number(label, value);
  }

  void set_caption(SampleLabel& label, const json& value) {
    labels.captions = true;  // a repeated path has several
    for (const json& one : value.is_array() ? value : json::array({value})) {
      if (!one.is_string()) fail("expected a caption or a list of captions for", path_);
      std::string text = one.get<std::string>();
      if (text.find_first_not_of(" \t\r\n") == std::string::npos)
        ++empty_captions_;
      else if (label.captions.size() < kMostCaptions)
        label.captions.push_back(std::move(text));
      else
        fail("more than " + std::to_string(kMostCaptions) + " captions for", path_);
    }
  }

  void set_vector(SampleLabel& label, const json& value) {
    const auto number = [](const json& x) {
      return x.is_number() && std::isfinite(x.get<float>());
    };
    if (!value.is_array() || value.empty() || value.size() > kMostNumbers ||
        !std::ranges::all_of(value, number))
      fail("expected a vector of numbers for", path_);
    const auto length = static_cast<int64_t>(value.size());
    if (labels.attributes == 0) labels.attributes = length;
    if (labels.attributes != length)
      fail("vectors have " + std::to_string(labels.attributes) + " numbers, and " +
               std::to_string(length) + " at",
           path_);
    if (!label.attributes.empty()) fail("two vectors for", path_);
    label.attributes = value.get<std::vector<float>>();
  }

  void set_classes(const json& object) {
    int64_t largest = -1;
    for (const auto& [path, label] : labels.of) largest = std::max(largest, label.number);
    const auto names = object.find("classes");
    if (names != object.end()) {
      const auto text = [](const json& x) { return x.is_string(); };
      if (!names->is_array() || !std::ranges::all_of(*names, text))
        fail("expected a list of names", "classes");
      labels.classes = names->get<std::vector<std::string>>();
      if (largest >= static_cast<int64_t>(labels.classes.size()))
        fail("there are " + std::to_string(labels.classes.size()) + " names, and a label " +
                 std::to_string(largest),
             "classes");
    } else {
      for (int64_t k = 0; k <= largest; ++k) labels.classes.push_back(std::to_string(k));
    }
    if (largest < 0) labels.classes.clear();
  }

  // "attributes": what the numbers of the vectors are.
  void set_columns(const json& object) {
    const auto found = object.find("attributes");
    if (found == object.end() || labels.attributes == 0) return;
    if (!found->is_array() || found->size() > kMostNumbers) fail("expected a list", "attributes");
    for (const json& entry : *found) labels.attribute_columns.push_back(column_of(entry));
    if (total_width(labels.attribute_columns) != labels.attributes)
      fail("vectors have " + std::to_string(labels.attributes) + " numbers, and these are " +
               std::to_string(total_width(labels.attribute_columns)),
           "attributes");
  }

  void add_notes() {
    if (empty_captions_ > 0)
      labels.notes.push_back(std::to_string(empty_captions_) +
                             (empty_captions_ == 1 ? " empty caption" : " empty captions"));
  }

  [[noreturn]] void fail(const std::string& what, const std::string& at) const {
    throw Error(what + " " + (at.size() > 200 ? at.substr(0, 200) + "..." : at), source_);
  }

 private:
  Column column_of(const json& entry) const {
    Column column;
    if (entry.is_string()) {
      column.name = entry.get<std::string>();
      column.decimals = -1;
      return column;
    }
    const auto texts = [](const json& list) {
      return list.is_array() &&
             std::ranges::all_of(list, [](const json& x) { return x.is_string(); });
    };
    if (!entry.is_object() || !entry.value("name", json()).is_string() ||
        (entry.contains("words") && !texts(entry["words"])))
      fail("expected a name, or an object with name and words", "attributes");
    column.name = entry["name"].get<std::string>();
    column.decimals = -1;
    if (!entry.contains("words")) return column;
    column.words = entry["words"].get<std::vector<std::string>>();
    const bool yes_no = entry.value("yes_no", json()) == true;
    if (column.words.empty() || (yes_no && column.words.size() != 2))
      fail("expected words, of yes_no two", "attributes");
    column.kind = yes_no ? ColumnKind::yes_no : ColumnKind::words;
    return column;
  }

  void set_number(SampleLabel& label, const json& value) {
    if (value.is_number_unsigned() ? value.get<uint64_t>() >= kMostClasses : true)
      fail("expected a class number from 0 to " + std::to_string(kMostClasses - 1) + " for", path_);
    if (label.number >= 0) fail("two labels for", path_);
    label.number = value.get<int64_t>();
  }

  std::string source_, path_, kind_;
  int64_t empty_captions_ = 0;
};

}  // namespace

SampleLabels read_dataset_json(ByteSpan bytes, std::string_view source) {
  DecodedText decoded = decode_text(bytes);
  const int64_t comma = drop_stray_commas(decoded.text);
  const json object = parse_json(decoded.text, source);
  if (!object.is_object())
    throw Error("expected a JSON object {\"labels\": ...}", std::string(source));
  Reader reader(source);
  reader.each(object, "labels", [&](auto& to, const json& value) { reader.set_any(to, value); });
  reader.each(object, "captions",
              [&](auto& to, const json& value) { reader.set_caption(to, value); });
  reader.each(object, "vectors",
              [&](auto& to, const json& value) { reader.set_vector(to, value); });
  reader.set_classes(object);
  reader.set_columns(object);
  reader.labels.side_by_side = object.contains("pairs") && object["pairs"] == "side";
  if (!decoded.encoding.empty())
    reader.labels.notes.push_back("not UTF-8 (line " + std::to_string(decoded.line) +
                                  "), read as " + decoded.encoding);
  if (comma > 0)
    reader.labels.notes.push_back("a stray comma (line " + std::to_string(comma) + ")");
  reader.add_notes();
  return std::move(reader.labels);
}

static json column_json(const Column& column) {
  if (column.kind == ColumnKind::number) return column.name;
  json object = {{"name", column.name}, {"words", column.words}};
  if (column.kind == ColumnKind::yes_no) object["yes_no"] = true;
  return object;
}

std::string write_dataset_json(const SampleLabels& labels) {
  json numbers = json::array(), vectors = json::array(), captions = json::array();
  for (const auto& [path, label] : labels.of) {
    if (label.number >= 0) numbers.push_back({path, label.number});
    if (!label.attributes.empty()) vectors.push_back({path, label.attributes});
    if (labels.captions && label.captions.empty()) captions.push_back({path, ""});
    if (label.captions.size() == 1) captions.push_back({path, label.captions[0]});
    if (label.captions.size() > 1) captions.push_back({path, label.captions});
  }
  // StyleGAN reads "labels" alone: the first kind that there is stands under it.
  json object = {{"labels", nullptr}};
  const char* first = "labels";
  const auto put = [&](const json& list, const char* name) {
    if (!list.empty()) object[first != nullptr ? std::exchange(first, nullptr) : name] = list;
  };
  put(numbers, "labels");
  put(vectors, "vectors");
  put(captions, "captions");
  if (!labels.classes.empty()) object["classes"] = labels.classes;
  for (const Column& column : labels.attribute_columns)
    object["attributes"].push_back(column_json(column));
  if (labels.side_by_side) object["pairs"] = "side";
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace gannet
