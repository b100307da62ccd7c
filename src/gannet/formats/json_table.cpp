#include "gannet/formats/json_table.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "gannet/base/error.h"
#include "gannet/formats/detail/json_text.h"
#include "gannet/formats/encoding.h"

namespace gannet {
namespace {

using nlohmann::json;

constexpr size_t kMostColumns = 65'536, kMostCells = 200'000'000;

std::string cell_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  return value.is_number() ? value.dump() : "";
}

bool is_cell(const json& value) { return !value.is_structured(); }

bool is_texts(const json& value) {
  return value.is_array() && !value.empty() &&
         std::ranges::all_of(value, [](const json& x) { return x.is_string(); });
}

// Rows of unlike columns, whose texts the table's cells are views of.
class Rows {
 public:
  explicit Rows(std::string_view source) : source_(source) {}

  using Row = std::vector<std::pair<size_t, std::string_view>>;  // column, cell

  size_t column(const std::string& name) {
    const auto [at, fresh] = columns_.emplace(name, table_.columns.size());
    if (!fresh) return at->second;
    if (table_.columns.size() == kMostColumns) fail("more than 65,536 columns");
    table_.columns.push_back(name);
    return at->second;
  }

  void set(Row& row, const std::string& name, const json& value) {
    row.emplace_back(column(name), texts_->emplace_back(cell_text(value)));
  }

  // The fields of an object; a row for each text of its first list of texts.
  void add(const json& object, Row row) {
    const json* list = nullptr;
    size_t list_column = 0;
    for (const auto& [name, value] : object.items()) {
      if (is_cell(value)) {
        set(row, name, value);
      } else if (list == nullptr && is_texts(value)) {
        list = &value;
        list_column = column(name);
      } else if (!value.empty()) {
        nested_.emplace(name, nested_.size());
      }
    }
    if (list == nullptr) return push(std::move(row));
    for (const json& text : *list) {
      Row one = row;
      one.emplace_back(list_column, texts_->emplace_back(text.get<std::string>()));
      push(std::move(one));
    }
  }

  bool empty() const { return rows_.empty(); }
  void push(Row row) { rows_.push_back(std::move(row)); }

  CsvTable table() {
    table_.width = static_cast<int64_t>(table_.columns.size());
    table_.rows = static_cast<int64_t>(rows_.size());
    if (rows_.empty() || table_.columns.empty()) fail("no rows in it");
    if (rows_.size() > kMostCells / table_.columns.size()) fail("too many cells");
    table_.cells.assign(rows_.size() * table_.columns.size(), {});
    for (size_t r = 0; r < rows_.size(); ++r)
      for (const auto& [c, text] : rows_[r]) table_.cells[r * table_.columns.size() + c] = text;
    for (int64_t r = 0; r < table_.rows; ++r) table_.lines.push_back(r + 1);
    std::string names;
    for (const auto& [name, number] : nested_)
      if (number < 8) names += (names.empty() ? "" : ", ") + name.substr(0, 60);
    if (!names.empty()) table_.notes.push_back("nested values are left out: " + names);
    table_.text = texts_;
    return std::move(table_);
  }

  void note(std::string text) { table_.notes.push_back(std::move(text)); }

  [[noreturn]] void fail(const std::string& what, const std::string& hint = "") const {
    throw Error(what, std::string(source_), hint);
  }

 private:
  std::string_view source_;
  CsvTable table_;
  std::vector<Row> rows_;
  std::unordered_map<std::string, size_t> columns_, nested_;
  std::shared_ptr<std::deque<std::string>> texts_ = std::make_shared<std::deque<std::string>>();
};

void read_list(const json& list, Rows& rows) {
  for (const json& entry : list) {
    if (!entry.is_object()) rows.fail("expected a list of objects, as {\"file\": ..., ...}");
    rows.add(entry, {});
  }
}

const json* list_in(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_array() ? &*found : nullptr;
}

// COCO's captions: images by "id", which annotations name as "image_id".
void read_coco(const json& images, const json& annotations, Rows& rows) {
  std::unordered_map<std::string, const json*> names;
  for (const json& image : images)
    if (image.is_object() && image.contains("id") && image.contains("file_name"))
      names.emplace(image["id"].dump(), &image["file_name"]);
  bool others = false;
  for (const json& note : annotations) {
    if (!note.is_object() || !note.contains("caption") || !note.contains("image_id")) {
      others = true;
      continue;
    }
    const auto found = names.find(note["image_id"].dump());
    if (found == names.end()) continue;
    Rows::Row row;
    rows.set(row, "file_name", *found->second);
    rows.set(row, "caption", note["caption"]);
    rows.push(std::move(row));
  }
  if (rows.empty())
    rows.fail("annotations have no captions",
              "COCO's captions_*.json has them; instances_*.json boxes");
  if (others) rows.note("annotations without a caption are left out");
}

// {"filename": "1.jpg", "split": "train", "sentences": [{"raw": "a cat"}]}
void read_karpathy(const json& images, Rows& rows) {
  for (const json& image : images) {
    if (!image.is_object() || !image.contains("filename")) continue;
    const json* sentences = list_in(image, "sentences");
    if (sentences == nullptr) continue;
    for (const json& sentence : *sentences) {
      if (!sentence.is_object() || !sentence.contains("raw")) continue;
      Rows::Row row;
      rows.set(row, "filename", image["filename"]);
      if (image.contains("split")) rows.set(row, "split", image["split"]);
      rows.set(row, "caption", sentence["raw"]);
      rows.push(std::move(row));
    }
  }
}

void read_by_file(const json& object, Rows& rows) {
  for (const auto& [name, value] : object.items()) {
    Rows::Row row;
    rows.set(row, "file", name);
    rows.add(value.is_object() ? value : json{{"value", value}}, std::move(row));
  }
}

void read_whole(const json& root, Rows& rows) {
  if (root.is_array()) return read_list(root, rows);
  if (!root.is_object()) rows.fail("expected a list of objects, or an object by file");
  if (root.contains("labels"))
    rows.fail("is a dataset.json of StyleGAN, expected a table",
              "named dataset.json in the images' folder it is read");
  const json *images = list_in(root, "images"), *annotations = list_in(root, "annotations");
  if (images != nullptr && annotations != nullptr) return read_coco(*images, *annotations, rows);
  if (images != nullptr) return read_karpathy(*images, rows);
  read_by_file(root, rows);
}

// JSON Lines: the first line is an object, and not the last one.
bool is_lines(std::string_view text) {
  const size_t end = text.find('\n');
  return end != std::string_view::npos && text.starts_with('{') &&
         text.find_first_not_of(" \t\r\n", end) != std::string_view::npos &&
         json::accept(text.substr(0, end));
}

void read_lines(std::string_view text, int64_t line, std::string_view source, Rows& rows) {
  for (; !text.empty(); ++line) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (one.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const json entry = parse_json(one, source, line);
    if (!entry.is_object()) rows.fail("line " + std::to_string(line) + ": expected an object");
    rows.add(entry, {});
  }
}

}  // namespace

bool is_json_text(ByteSpan bytes) {
  const std::string start = decode_text(bytes.first(std::min<size_t>(bytes.size(), 64))).text;
  const size_t first = start.find_first_not_of(" \t\r\n");
  return first != std::string::npos && (start[first] == '{' || start[first] == '[');
}

CsvTable read_json_table(ByteSpan bytes, std::string_view source) {
  DecodedText decoded = decode_text(bytes);
  const int64_t comma = drop_stray_commas(decoded.text);
  Rows rows(source);
  if (!decoded.encoding.empty()) rows.note("not UTF-8, read as " + decoded.encoding);
  if (comma > 0) rows.note("a stray comma (line " + std::to_string(comma) + ")");
  const std::string_view all = decoded.text;
  const size_t first = std::min(all.find_first_not_of(" \t\r\n"), all.size());
  const auto line = 1 + std::ranges::count(all.substr(0, first), '\n');
  if (is_lines(all.substr(first)))
    read_lines(all.substr(first), line, source, rows);
  else
    read_whole(parse_json(all, source), rows);
  return rows.table();
}

}  // namespace gannet
