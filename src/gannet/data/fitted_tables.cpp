#include <algorithm>
#include <optional>
#include <set>

#include "gannet/data/detail/fitted_tables.h"
#include "gannet/formats/columns.h"

namespace gannet {
namespace {

// Where a number of the fitted row comes from: one of the set's own, or it is always the same.
struct Place {
  int64_t from = -1;
  double value = 0;
};

class FittedTable : public Dataset {
 public:
  FittedTable(std::shared_ptr<const Dataset> data, std::vector<Place> places,
              std::vector<std::string> names)
      : data_(std::move(data)), places_(std::move(places)) {
    info_.dims = {static_cast<int64_t>(places_.size())};
    info_.mean.assign(places_.size(), 0);
    info_.scale.assign(places_.size(), 1);
    info_.columns = std::move(names);
  }

  int64_t size() const override { return data_->size(); }
  const DatasetInfo& info() const override { return info_; }
  std::string name() const override { return data_->name(); }
  std::vector<Decision> decisions() const override { return data_->decisions(); }
  std::vector<std::string> warnings() const override { return data_->warnings(); }
  std::string hash() const override {
    std::string text = data_->hash() + " as";
    for (const std::string& name : info_.columns) text += " " + name;
    return text;
  }

  void get(int64_t index, Sample& into) const override {
    data_->get(index, into);
    const DatasetInfo& from = data_->info();
    std::vector<float> row;
    for (const Place& place : places_) {
      const auto i = static_cast<size_t>(place.from);
      row.push_back(static_cast<float>(
          place.from < 0 ? place.value : into.values[i] * from.scale[i] + from.mean[i]));
    }
    into.values = std::move(row);
  }

 private:
  std::shared_ptr<const Dataset> data_;
  std::vector<Place> places_;
  DatasetInfo info_;
};

// A column of one of the tables, and where its numbers begin.
struct Side {
  const Column* column;
  int64_t from;

  bool has_words() const { return column->kind == ColumnKind::words; }
  std::optional<double> constant() const {
    return column->kind == ColumnKind::constant ? parse_number(column->words[0], *column)
                                                : std::nullopt;
  }
  bool is_number() const { return column->kind == ColumnKind::number || constant().has_value(); }
  Place number() const {
    return column->kind == ColumnKind::number ? Place{from} : Place{-1, *constant()};
  }
  Place word(const std::string& word) const {
    const auto found = std::ranges::find(column->words, word);
    if (!has_words()) return {-1, word == column->words[0] ? 1.0 : 0.0};
    return found == column->words.end() ? Place{} : Place{from + (found - column->words.begin())};
  }
};

class Fitting {
 public:
  Fitting(const TableColumns& a, const TableColumns& b) : a_(a), b_(b) {
    by_name_ = a.has_names && b.has_names;
  }

  void fit() {
    std::set<size_t> used;
    for (size_t i = 0; i < a_.columns.size(); ++i) {
      const size_t j = partner(i);
      if (j >= b_.columns.size()) {
        leave_out(a_.columns[i], i, "is in A alone");
        continue;
      }
      used.insert(j);
      add({&a_.columns[i], begin(a_, i)}, {&b_.columns[j], begin(b_, j)}, i);
    }
    for (size_t j = 0; j < b_.columns.size(); ++j)
      if (!used.contains(j)) leave_out(b_.columns[j], j, "is in B alone");
  }

  std::vector<Place> places_a, places_b;
  std::vector<std::string> names, notes;

 private:
  static int64_t begin(const TableColumns& table, size_t column) {
    return total_width(std::span(table.columns).first(column));
  }

  static std::string name_of(const Column& column, size_t number) {
    return column.name.empty() ? "column " + std::to_string(number + 1) : column.name;
  }

  size_t partner(size_t i) const {
    if (!by_name_) return i;
    const auto found = std::ranges::find(b_.columns, a_.columns[i].name, &Column::name);
    return static_cast<size_t>(found - b_.columns.begin());
  }

  void leave_out(const Column& column, size_t number, const std::string& why) {
    notes.push_back(name_of(column, number) + " " + why + ": not compared");
  }

  void put(const std::string& name, Place a, Place b) {
    if (a.from < 0 && b.from < 0 && a.value == b.value) return;  // of one value
    names.push_back(name);
    places_a.push_back(a);
    places_b.push_back(b);
  }

  void add(Side a, Side b, size_t number) {
    const std::string name = name_of(*a.column, number);
    if (a.is_number() && b.is_number() && !a.has_words() && !b.has_words())
      return put(name, a.number(), b.number());
    if (a.column->kind == ColumnKind::number || b.column->kind == ColumnKind::number)
      return leave_out(*a.column, number, "has numbers on one side and words on the other");
    std::set<std::string> words(a.column->words.begin(), a.column->words.end());
    words.insert(b.column->words.begin(), b.column->words.end());
    for (const std::string& word : words) put(name + "=" + word, a.word(word), b.word(word));
  }

  const TableColumns &a_, &b_;
  bool by_name_;
};

}  // namespace

FittedTables fitted_tables(std::shared_ptr<const Dataset> a, std::shared_ptr<const Dataset> b) {
  const DatasetInfo &x = a->info(), &y = b->info();
  if (!x.table || !y.table || number_names(x.table->columns) == number_names(y.table->columns))
    return {std::move(a), std::move(b), {}};
  Fitting both(*x.table, *y.table);
  both.fit();
  if (both.names.empty()) return {std::move(a), std::move(b), {}};
  return {std::make_shared<FittedTable>(a, both.places_a, both.names),
          std::make_shared<FittedTable>(b, both.places_b, both.names), both.notes};
}

}  // namespace gannet
