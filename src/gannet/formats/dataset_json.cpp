#include "gannet/formats/dataset_json.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "gannet/base/error.h"

namespace gannet {
namespace {

using nlohmann::json;

constexpr size_t kMostClasses = 100'000, kMostNumbers = 65'536;

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
    const char* kind = value.is_string()           ? "captions"
                       : value.is_array()          ? "vectors"
                       : value.is_number_integer() ? "class numbers"
                                                   : "";
    if (*kind == '\0') fail("expected a class number, a vector or a caption for", path_);
    if (kind_.empty()) kind_ = kind;
    if (kind_ != kind) fail("labels are " + kind_ + ", and " + kind + " at", path_);
    if (value.is_string()) return set_caption(label, value);
    if (value.is_array()) return set_vector(label, value);
    set_number(label, value);
  }

  void set_caption(SampleLabel& label, const json& value) {
    if (!value.is_string()) fail("expected a caption for", path_);
    if (!label.caption.empty()) fail("two captions for", path_);
    label.caption = value.get<std::string>();
    labels.captions = true;
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

  [[noreturn]] void fail(const std::string& what, const std::string& at) const {
    throw Error(what + " " + (at.size() > 200 ? at.substr(0, 200) + "..." : at), source_);
  }

 private:
  void set_number(SampleLabel& label, const json& value) {
    if (value.is_number_unsigned() ? value.get<uint64_t>() >= kMostClasses : true)
      fail("expected a class number from 0 to " + std::to_string(kMostClasses - 1) + " for", path_);
    if (label.number >= 0) fail("two labels for", path_);
    label.number = value.get<int64_t>();
  }

  std::string source_, path_, kind_;
};

}  // namespace

SampleLabels read_dataset_json(std::string_view text, std::string_view source) {
  const json object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object())
    throw Error("expected a JSON object {\"labels\": ...}", std::string(source));
  Reader reader(source);
  reader.each(object, "labels", [&](auto& to, const json& value) { reader.set_any(to, value); });
  reader.each(object, "captions",
              [&](auto& to, const json& value) { reader.set_caption(to, value); });
  reader.each(object, "vectors",
              [&](auto& to, const json& value) { reader.set_vector(to, value); });
  reader.set_classes(object);
  reader.labels.side_by_side = object.contains("pairs") && object["pairs"] == "side";
  return std::move(reader.labels);
}

std::string write_dataset_json(const SampleLabels& labels) {
  json numbers = json::array(), vectors = json::array(), captions = json::array();
  for (const auto& [path, label] : labels.of) {
    if (label.number >= 0) numbers.push_back({path, label.number});
    if (!label.attributes.empty()) vectors.push_back({path, label.attributes});
    if (!label.caption.empty()) captions.push_back({path, label.caption});
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
  if (labels.side_by_side) object["pairs"] = "side";
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace gannet
