#include "gannet/data/files/detail/split_table.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string_view>

#include "gannet/base/error.h"
#include "gannet/data/files/detail/splits.h"

namespace gannet {
namespace {

constexpr std::array<const char*, 12> kPartTables = {"list_eval_partition.txt",
                                                     "list_eval_partition.csv",
                                                     "split.csv",
                                                     "splits.csv",
                                                     "partition.csv",
                                                     "partitions.csv",
                                                     "split.tsv",
                                                     "splits.tsv",
                                                     "split.txt",
                                                     "splits.txt",
                                                     "partition.txt",
                                                     "partitions.txt"};

bool names_split(const std::string& name) {
  constexpr std::array kNames = {"split", "partition", "subset", "set", "part", "usage", "fold"};
  return std::ranges::find(kNames, name) != kNames.end();
}

// Columns that answer one question.
struct YesNoColumn {
  std::string_view name;
  Part yes, no;
};
constexpr std::array kYesNo = {YesNoColumn{"is_train", Part::train, Part::test},
                               YesNoColumn{"is_training", Part::train, Part::test},
                               YesNoColumn{"is_training_image", Part::train, Part::test},
                               YesNoColumn{"is_valid", Part::val, Part::train},
                               YesNoColumn{"is_val", Part::val, Part::train},
                               YesNoColumn{"is_validation", Part::val, Part::train},
                               YesNoColumn{"is_test", Part::test, Part::train}};

bool is_part_table(const std::string& path) {
  const std::string name = lower_case(path.substr(folder_of(path).size()));
  return std::ranges::find(kPartTables, name) != kPartTables.end();
}

bool is_question(const FileTable& t, int64_t column) {
  return std::ranges::find(kYesNo, t.lower_name(column), &YesNoColumn::name) != kYesNo.end();
}

Part by_name(std::string_view cell) { return role_of(std::string(cell)).part; }

Part by_number(std::string_view cell) {
  if (cell == "0") return Part::train;
  if (cell == "1") return Part::val;
  return cell == "2" ? Part::test : Part::none;
}

// The parts of a column's cells, by one way of writing them; none where a cell is no part, or
// where they do not part anything.
template <typename PartOf>
std::vector<Part> parts_of(const FileTable& t, int64_t column, const PartOf& part_of,
                           size_t fewest = 1) {
  std::vector<Part> parts;
  std::set<Part> there;
  for (int64_t r = 0; r < t.table.rows; ++r) {
    parts.push_back(part_of(t.table.cell(r, column)));
    if (parts.back() == Part::none) return {};
    there.insert(parts.back());
  }
  return there.contains(Part::train) && there.size() >= fewest ? parts : std::vector<Part>{};
}

std::vector<Part> parts_of_column(const FileTable& t, int64_t column) {
  const std::string name = t.lower_name(column);
  for (const YesNoColumn& question : kYesNo)
    if (name == question.name)
      return parts_of(t, column, [&](std::string_view cell) {
        const std::string text = lower_case(std::string(cell));
        const auto is = [&](auto... words) { return ((text == words) || ...); };
        if (is("1", "true", "yes", "y", "t", "1.0")) return question.yes;
        return is("0", "-1", "false", "no", "n", "f", "0.0") ? question.no : Part::none;
      });
  const bool unnamed = t.table.columns.empty();
  if (!unnamed && !names_split(name)) return {};
  // Without a header the cells alone say so.
  std::vector<Part> parts = parts_of(t, column, by_name, unnamed ? 2 : 1);
  const bool list = t.table.width == 2 && is_part_table(t.name);
  if (parts.empty() && (list || (name == "partition" || name == "split")))
    parts = parts_of(t, column, by_number, list ? 1 : 2);
  return parts;
}

bool has(const TableParts& parts, Part part) {
  return std::ranges::any_of(parts.of, [&](const auto& of) { return of.second == part; });
}

}  // namespace

std::optional<TableParts> parts_by_table(const FileTable& t, const SampleItems& items) {
  const int64_t column = part_column(t);
  if (column < 0) return std::nullopt;
  const std::vector<Part> parts = parts_of_column(t, column);
  TableParts found{
      .of = {},
      .by = is_part_table(t.name) ? t.name : "column " + t.name_of(column) + " of " + t.name};
  if (t.table.rows > 0 && by_number(t.table.cell(0, column)) != Part::none &&
      !is_question(t, column))
    found.by += " (0 train, 1 val, 2 test)";
  found.missing = t.missing;
  for (size_t i = 0; i < items.size(); ++i)
    if (!t.rows_of[i].empty())
      found.of.emplace(items[i].name, parts[static_cast<size_t>(t.rows_of[i][0])]);
  return found;
}

int64_t part_column(const FileTable& t) {
  for (int64_t c = 0; c < t.table.width; ++c)
    if (c != t.file_column && !parts_of_column(t, c).empty()) return c;
  return -1;
}

bool has_part(const TableParts& parts, const std::string& split) {
  return has(parts, part_named(split));
}

std::optional<size_t> find_part_table(const std::vector<std::string>& names,
                                      const SampleItems& items) {
  return find_table(names, items, kPartTables);
}

std::optional<std::string> part_table_beside(const Path& file) {
  std::error_code none;
  const Path folder = std::filesystem::absolute(file).parent_path();
  for (const Path& place : {folder, folder.parent_path() / "Eval"})  // CelebA's
    for (const char* name : kPartTables)
      if (const Path path = place / name; std::filesystem::is_regular_file(path, none))
        return path.string();
  return {};
}

PartChoice take_part(const TableParts& parts, DataKind kind, const std::string& split,
                     const std::string& source, SampleItems& items,
                     std::vector<FileProblem>& problems) {
  const auto part_of = [&](const std::string& name) {
    const auto found = parts.of.find(name);
    return found == parts.of.end() ? Part::none : found->second;
  };
  Part wanted = part_named(split);
  if (wanted == Part::test && !has(parts, Part::test)) wanted = Part::val;
  if (!has(parts, wanted))
    throw UsageError("no " + split + " part in " + parts.by, source, "--split train");
  PartChoice choice;
  const std::string kinds(plural_of(kind)),
      one(kind == DataKind::audio ? "audio clip" : name_of(kind));
  std::erase_if(items, [&](const SampleItem& item) {
    const Part part = part_of(item.name);
    if (part == wanted) return false;
    const std::string name = option_of(part);
    leave_out(choice.left_out,
              name.empty() ? LeftOut{.what = kinds + " of no part", .one = one + " of no part"}
                           : LeftOut{.what = kinds + " of part " + name,
                                     .advice = "--split " + name,
                                     .one = one + " of part " + name},
              item.name);
    return true;
  });
  std::erase_if(problems, [&](const FileProblem& p) {
    const Part part = part_of(p.file);
    return part != Part::none && part != wanted;
  });
  std::string text = kinds + " of part " + option_of(wanted) + " by " + parts.by;
  if (const std::string others = left_out_text(choice.left_out, false); !others.empty())
    text += "; left out: " + others;
  if (parts.missing > 0)
    text += "; " + std::to_string(parts.missing) +
            (parts.missing == 1 ? " row names a file that is not there"
                                : " rows name files that are not there");
  for (LeftOut& left : choice.left_out) left.named = true;
  choice.decision = {"split", split, text};
  return choice;
}

}  // namespace gannet
