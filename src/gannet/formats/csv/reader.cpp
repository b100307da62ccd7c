#include "gannet/formats/csv.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "gannet/base/error.h"
#include "gannet/formats/columns.h"
#include "gannet/formats/detail/csv_rows.h"
#include "gannet/formats/detail/csv_titles.h"
#include "gannet/formats/detail/number_styles.h"
#include "gannet/formats/encoding.h"

namespace gannet {
namespace {

constexpr size_t kTriedBytes = 1 << 16;  // of a file, on which a separator is tried
constexpr int64_t kTriedRows = 100;

// Widths of the first rows; empty where the separator does not read them.
std::vector<size_t> widths(CsvText& text, std::string_view part, char separator) {
  std::vector<size_t> all;
  std::vector<std::string_view> cells;
  CsvRows rows(text, part, separator, "");
  try {
    while (static_cast<int64_t>(all.size()) < kTriedRows && rows.next(cells))
      if (!rows.is_comment()) all.push_back(cells.size());
  } catch (const Error&) {
    return {};
  }
  return all;
}

// Of several lines, all as wide as the last, but for a header that may be narrower?
bool are_alike(const std::vector<size_t>& widths) {
  if (widths.empty() || widths.back() < 2) return false;
  size_t first = 0;
  while (first < widths.size() && first < 2 && widths[first] != widths.back()) ++first;
  return std::all_of(widths.begin() + static_cast<std::ptrdiff_t>(first), widths.end(),
                     [&](size_t width) { return width == widths.back(); }) &&
         (first == 0 || widths.size() > first + 1) &&
         (first == 0 || widths[first - 1] + 1 == widths.back());
}

char guess_separator(CsvText& text, std::string_view all) {
  std::string_view part = all;
  if (part.size() > kTriedBytes) part = part.substr(0, part.rfind('\n', kTriedBytes));
  char widest = ',', below_titles = '\0';
  size_t most = 1;
  for (const char separator : {';', '\t', ',', '|', ' '}) {
    const std::vector<size_t> found = widths(text, part, separator);
    if (are_alike(found)) return separator;
    if (separator == ' ' || found.empty()) continue;
    if (below_titles == '\0' && alike_below_titles(found)) below_titles = separator;
    const auto parted =
        static_cast<size_t>(std::ranges::count_if(found, [](size_t w) { return w > 1; }));
    if (2 * parted >= found.size() && found[0] > most) widest = separator, most = found[0];
  }
  return below_titles != '\0' ? below_titles : widest;
}

// Those of the first rows, without comments.
std::vector<std::vector<std::string_view>> first_rows(CsvText& text, std::string_view all,
                                                      char separator) {
  std::vector<std::vector<std::string_view>> first;
  std::vector<std::string_view> cells;
  CsvRows rows(text, all, separator, "");
  try {
    while (static_cast<int64_t>(first.size()) < kTriedRows && rows.next(cells))
      if (!rows.is_comment()) first.push_back(cells);
  } catch (const Error&) {  // reading says where
  }
  return first;
}

// A word for what a last row is, where it is none of the samples.
bool names_a_sum(std::string_view cell) {
  constexpr std::array<std::string_view, 16> kNames = {
      "total",  "totals",    "grand total", "sum",        "sums", "average", "mean",  "summe",
      "gesamt", "insgesamt", "gesamtsumme", "mittelwert", "suma", "totale",  "somme", "totaal"};
  if (cell.ends_with(':')) cell.remove_suffix(1);
  return is_one_of(lower(cell), kNames);
}

std::string_view name_of(char separator) {
  switch (separator) {
    case '\t':
      return "tab";
    case ' ':
      return "blanks";
    case ';':
      return ";";
    case '|':
      return "|";
    default:
      return ",";
  }
}

class Reader {
 public:
  Reader(ByteSpan bytes, std::string_view source, CsvHeader header)
      : source_(source), header_(header), text_(std::make_shared<CsvText>()) {
    DecodedText decoded = decode_text(bytes);
    if (!decoded.encoding.empty())
      table_.notes.push_back("not UTF-8 (line " + std::to_string(decoded.line) + "), read as " +
                             decoded.encoding);
    text_->all = std::move(decoded.text);
  }

  CsvTable read() {
    std::string_view all = text_->all;
    if (all.starts_with("sep=") && all.find_first_of("\r\n") == 5) {  // Excel's
      table_.separator = all[4];
      all.remove_prefix(std::min(all.find('\n'), all.size() - 1) + 1);
      first_line_ = 1;
    } else {
      table_.separator = guess_separator(*text_, all);
    }
    take_rows(all);
    take_header();
    if (header_ != CsvHeader::no) drop_sum();
    if (table_.rows == 0) throw Error("has no rows", source_);
    add_notes();
    table_.text = text_;
    return std::move(table_);
  }

 private:
  void take_rows(std::string_view all) {
    const auto first = first_rows(*text_, all, table_.separator);
    takes_rest_ = table_.separator == ',' && !first.empty() && first[0].size() > 1 &&
                  names_captions(first[0].back());
    size_t titles =
        table_.separator == ' ' || takes_rest_ ? 0 : count_titles(first, header_ != CsvHeader::no);
    CsvRows rows(*text_, all, table_.separator, source_);
    std::vector<std::string_view> cells;
    while (rows.next(cells)) {
      if (titles > 0 && !rows.is_comment()) {
        --titles;
        if (titles_++ == 0) title_ = cells[0].substr(0, 40);
      } else if (rows.is_comment() && table_.rows == 0) {
        cells[0].remove_prefix(1);
        cells[0] = trim_cell(cells[0], table_.separator);
        if (cells[0].empty()) cells.erase(cells.begin());
        comment_ = cells;
        ++comments_;
      } else if (rows.is_comment() && static_cast<int64_t>(cells.size()) != table_.width) {
        ++comments_;
      } else {
        if (takes_rest_ && table_.rows > 0) join_rest(cells);
        take(cells, rows.line() + first_line_);
      }
    }
    empty_lines_ = rows.empty_lines();
  }

  // Commas of a last column of captions that is not quoted: "1.png,a dog, a cat".
  void join_rest(std::vector<std::string_view>& cells) {
    const auto width = static_cast<size_t>(table_.width);
    if (cells.size() <= width) return;
    ++joined_;
    while (cells.size() > width && cells.back().empty()) cells.pop_back();
    const char *begin = cells[width - 1].data(), *end = cells.back().data() + cells.back().size();
    const std::string& all = text_->all;
    if (begin < all.data() || end > all.data() + all.size() || end < begin) return;
    cells.resize(width);
    cells.back() = {begin, static_cast<size_t>(end - begin)};
  }

  void add_notes() {
    const auto note = [&](int64_t count, const char* what) {
      if (count > 0) table_.notes.push_back(std::to_string(count) + what);
    };
    note(comments_, " lines of # are passed over");
    note(empty_lines_, " empty lines are passed over");
    note(joined_, " lines have further commas, which are of their last column");
    if (titles_ > 0)
      table_.notes.push_back(std::to_string(titles_) + (titles_ == 1 ? " line" : " lines") +
                             " above the table passed over: '" + title_ + "'");
    if (table_.separator != ',')
      table_.notes.insert(table_.notes.begin(),
                          "columns are parted by " + std::string(name_of(table_.separator)));
  }

  void take(const std::vector<std::string_view>& cells, int64_t line) {
    const auto width = static_cast<int64_t>(cells.size());
    if (table_.rows == 0) {
      table_.width = width;
    } else if (table_.rows == 1 && counts_rows_ && width > 1) {  // CelebA's list
      drop_first();
      table_.width = width;
    } else if (table_.rows == 1 && width == table_.width + 1 &&
               std::ranges::none_of(table_.cells, is_number)) {  // R's header
      table_.cells.insert(table_.cells.begin(), std::string_view());
      table_.width = width;
      header_ = CsvHeader::yes;
    }
    if (width != table_.width)
      throw Error("line " + std::to_string(line) + " has " + std::to_string(width) +
                      " columns, expected " + std::to_string(table_.width),
                  source_);
    table_.cells.insert(table_.cells.end(), cells.begin(), cells.end());
    table_.lines.push_back(line);
    if (++table_.rows == 1) counts_rows_ = width == 1 && is_whole(cells[0]);
  }

  static bool is_whole(std::string_view cell) {
    return !cell.empty() && cell.find_first_not_of("0123456789") == std::string_view::npos;
  }

  void drop_first() {
    table_.cells.erase(table_.cells.begin(), table_.cells.begin() + table_.width);
    table_.lines.erase(table_.lines.begin());
    --table_.rows;
    counts_rows_ = false;
  }

  void take_header() {
    if (table_.rows == 0) return;
    if (static_cast<int64_t>(comment_.size()) == table_.width && table_.columns.empty() &&
        std::ranges::none_of(comment_, [](auto cell) { return is_number(cell); })) {  // NumPy's
      table_.columns.assign(comment_.begin(), comment_.end());
      --comments_;
      return;
    }
    if (header_ == CsvHeader::no ||
        (header_ == CsvHeader::guess && !begins_with_names() && !has_years()))
      return;
    table_.columns.assign(table_.cells.begin(), table_.cells.begin() + table_.width);
    drop_first();
  }

  // Below a title: words and years, "region,2019,2020".
  bool has_years() const {
    int64_t words = 0, years = 0;
    for (int64_t c = 0; c < table_.width; ++c) {
      const std::string_view name = table_.cell(0, c);
      words += !is_number(name);
      years +=
          name.size() == 4 && is_whole(name) && (name.starts_with("19") || name.starts_with("20"));
    }
    return titles_ > 0 && words > 0 && years > 0 && words + years == table_.width;
  }

  // The last row, where its first cell is a word for a sum that comes nowhere else.
  void drop_sum() {
    const CsvTable& t = table_;
    if (t.rows < 4 || t.width < 2) return;
    const int64_t last = t.rows - 1;
    int64_t c = 0;
    while (c < t.width && t.cell(last, c).empty()) ++c;
    if (c == t.width || !names_a_sum(t.cell(last, c))) return;
    bool has_number = false;
    for (int64_t other = c + 1; other < t.width; ++other)
      has_number |= is_number(t.cell(last, other));
    for (int64_t r = 0; r < last; ++r)
      if (lower(t.cell(r, c)) == lower(t.cell(last, c))) return;
    if (!has_number) return;
    table_.notes.push_back("the last line is '" + std::string(t.cell(last, c)) +
                           "' of the others, and left out");
    --table_.rows;
    table_.lines.pop_back();
    table_.cells.resize(static_cast<size_t>(t.rows * t.width));
  }

  // columns.h says what a number is.
  bool begins_with_names() const {
    bool number_over_numbers = false, recurs = false;
    std::set<std::string_view> names;
    for (int64_t c = 0; c < table_.width; ++c) {
      const std::string_view name = table_.cell(0, c);
      const bool word = !is_number(name) && !is_gap(name);
      recurs |= !names.insert(name).second;
      int64_t numbers = 0, words = 0;
      for (int64_t r = 1; r < std::min(table_.rows, kTriedRows); ++r) {
        const std::string_view cell = table_.cell(r, c);
        if (is_gap(cell)) continue;
        ++(is_number(cell) ? numbers : words);
        recurs |= cell == name;
      }
      if (word && numbers > words) return true;
      number_over_numbers |= is_number(name);
    }
    return !number_over_numbers && !recurs && table_.rows > 0;
  }

  std::string source_;
  CsvHeader header_;
  std::shared_ptr<CsvText> text_;
  CsvTable table_;
  std::vector<std::string_view> comment_;  // the last line of # before the rows
  std::string title_;
  int64_t comments_ = 0, empty_lines_ = 0, first_line_ = 0, titles_ = 0, joined_ = 0;
  bool takes_rest_ = false;   // the last column, of captions: what follows in a line
  bool counts_rows_ = false;  // may the first line be the number of rows?
};

}  // namespace

std::string CsvTable::place(int64_t row, int64_t column) const {
  std::string text = "line " + std::to_string(lines[static_cast<size_t>(row)]) + ", column " +
                     std::to_string(column + 1);
  if (!columns.empty() && !columns[static_cast<size_t>(column)].empty())
    text += " (" + columns[static_cast<size_t>(column)].substr(0, 40) + ")";
  return text;
}

CsvTable read_csv(ByteSpan bytes, std::string_view source, CsvHeader header) {
  return Reader(bytes, source, header).read();
}

}  // namespace gannet
