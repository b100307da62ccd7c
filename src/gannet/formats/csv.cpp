#include "gannet/formats/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>
#include <utility>

#include "gannet/base/error.h"

namespace gannet {
namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// The next line without its end; `text` moves on behind it.
std::string_view next_line(std::string_view& text) {
  const size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

class Reader {
 public:
  explicit Reader(std::string_view source) : source_(source) {}

  Table read(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // a byte order mark
    while (!text.empty()) {
      ++line_;
      const std::string_view line = next_line(text);
      if (trim(line).empty()) {
        if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) break;
        fail("line " + std::to_string(line_) + " is empty");
      }
      take(split(line));
    }
    if (table_.rows == 0) fail("has no rows of numbers");
    return std::move(table_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw Error(what, source_); }

  std::string place(size_t column) const {
    return "line " + std::to_string(line_) + ", column " + std::to_string(column + 1);
  }

  // A quote inside quotes is written twice. Quoted fields do not run over lines.
  std::vector<std::string> split(std::string_view line) const {
    std::vector<std::string> fields;
    for (;;) {
      line = line.substr(std::min(line.find_first_not_of(" \t"), line.size()));
      if (!line.starts_with('"')) {
        const size_t comma = line.find(',');
        fields.emplace_back(trim(line.substr(0, comma)));
        if (comma == std::string_view::npos) return fields;
        line.remove_prefix(comma + 1);
        continue;
      }
      std::string field;
      for (line.remove_prefix(1);; line.remove_prefix(2)) {
        const size_t quote = line.find('"');
        if (quote == std::string_view::npos) fail(place(fields.size()) + ": quote does not end");
        field += line.substr(0, quote);
        line.remove_prefix(quote);
        if (!line.starts_with("\"\"")) break;
        field += '"';
      }
      line = trim(line.substr(1));
      fields.push_back(std::move(field));
      if (line.empty()) return fields;
      if (!line.starts_with(',')) fail(place(fields.size() - 1) + ": text after a quote");
      line.remove_prefix(1);
    }
  }

  // None where the text is not a number; NaN and infinity are numbers here.
  static std::optional<double> number(std::string_view field) {
    field = trim(field);
    if (field.starts_with('+') && !field.starts_with("+-")) field.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (end != field.data() + field.size() || error == std::errc::invalid_argument)
      return std::nullopt;
    return error == std::errc::result_out_of_range ? HUGE_VAL : value;
  }

  void take(std::vector<std::string> fields) {
    const bool first = table_.width == 0;
    if (first) table_.width = static_cast<int64_t>(fields.size());
    if (static_cast<int64_t>(fields.size()) != table_.width) {
      fail("line " + std::to_string(line_) + " has " + std::to_string(fields.size()) +
           " columns, expected " + std::to_string(table_.width));
    }
    std::vector<double> row;
    for (size_t i = 0; i < fields.size(); ++i) {
      const std::optional<double> value = number(fields[i]);
      if (!value && first) {
        table_.columns = std::move(fields);
        return;
      }
      if (!value) fail(place(i) + ": '" + fields[i].substr(0, 40) + "' is not a number");
      row.push_back(*value);
    }
    for (size_t i = 0; i < row.size(); ++i) {
      if (!std::isfinite(row[i]))
        fail(place(i) + ": '" + fields[i].substr(0, 40) + "' is not a finite number");
    }
    table_.values.insert(table_.values.end(), row.begin(), row.end());
    ++table_.rows;
  }

  std::string source_;
  Table table_;
  int64_t line_ = 0;
};

std::string quote(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"') text += c;
    text += c;
  }
  return text + "\"";
}

}  // namespace

Table read_csv(ByteSpan bytes, std::string_view source) {
  return Reader(source).read(as_text(bytes));
}

std::string write_csv(const Table& table) {
  std::string text;
  for (size_t i = 0; i < table.columns.size(); ++i)
    text += (i > 0 ? "," : "") + quote(table.columns[i]);
  if (!table.columns.empty()) text += '\n';
  for (size_t i = 0; i < table.values.size(); ++i) {
    char number[32];
    const auto end = std::to_chars(number, number + sizeof(number), table.values[i]).ptr;
    text.append(number, end);
    text += (i + 1) % static_cast<size_t>(table.width) == 0 ? '\n' : ',';
  }
  return text;
}

}  // namespace gannet
