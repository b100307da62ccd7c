#include "gannet/data/files/detail/points.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <span>

#include "gannet/base/error.h"
#include "gannet/base/philox.h"
#include "gannet/data/detail/checks.h"
#include "gannet/data/files/detail/number_table.h"
#include "gannet/data/files/items.h"
#include "gannet/formats/checksum.h"
#include "gannet/formats/npy.h"

namespace gannet {
namespace {

// Rows with a number that is not finite: the error, or by --gaps left out or filled with the mean
// of the column.
class ArrayGaps {
 public:
  ArrayGaps(NumberTable& table, const Path& path) : table_(table), source_(path.string()) {
    for (int64_t row = 0; row < table.rows; ++row)
      if (!std::ranges::all_of(row_of(row), [](double x) { return std::isfinite(x); }))
        bad_.push_back(row);
  }

  void close(const std::string& how) {
    if (bad_.empty()) return;
    const std::string rows =
        std::to_string(bad_.size()) + " of " + std::to_string(table_.rows) + " rows";
    if (how == "refuse") fail(rows);
    if (static_cast<int64_t>(bad_.size()) == table_.rows)
      throw Error("every row has a number that is not finite", source_);
    if (how == "drop")
      drop();
    else
      fill();
    table_.decisions.push_back(
        {"gaps", how,
         rows + (how == "drop" ? " are left out: they have numbers that are not finite"
                               : " have numbers that are not finite: the column's mean is there")});
  }

 private:
  std::span<double> row_of(int64_t row) const {
    const auto width = static_cast<size_t>(table_.width);
    return std::span(table_.values).subspan(static_cast<size_t>(row) * width, width);
  }

  [[noreturn]] void fail(const std::string& rows) const {
    const std::span<double> row = row_of(bad_[0]);
    const auto bad = std::ranges::find_if_not(row, [](double x) { return std::isfinite(x); });
    throw Error(std::string(std::isnan(*bad) ? "NaN" : "infinity") + " in row " +
                    std::to_string(bad_[0]) + ", column " + std::to_string(bad - row.begin()) +
                    " (counted from 0), expected finite numbers",
                source_,
                "--gaps drop leaves out " + rows + ", --gaps mean puts the column's mean there");
  }

  void drop() {
    size_t next = 0;
    int64_t to = 0;
    for (int64_t row = 0; row < table_.rows; ++row) {
      if (next < bad_.size() && bad_[next] == row) {
        ++next;
        continue;
      }
      std::ranges::copy(row_of(row), row_of(to++).begin());
    }
    table_.rows = to;
    table_.values.resize(static_cast<size_t>(to * table_.width));
  }

  void fill() {
    for (size_t c = 0; c < static_cast<size_t>(table_.width); ++c) {
      double sum = 0, count = 0;
      for (int64_t row = 0; row < table_.rows; ++row)
        if (const double x = row_of(row)[c]; std::isfinite(x)) sum += x, ++count;
      for (const int64_t row : bad_)
        if (double& x = row_of(row)[c]; !std::isfinite(x)) x = count > 0 ? sum / count : 0;
    }
  }

  NumberTable& table_;
  std::string source_;
  std::vector<int64_t> bad_;  // rows
};

NumberTable read_array(const NpyArray& array, const Path& path, const SourceOptions& options) {
  if (array.shape.size() != 2)
    throw Error("array is " + to_string(array.shape) + ", expected points [N, D]", path.string());
  NumberTable table{.rows = array.shape[0],
                    .width = array.shape[1],
                    .values = to_doubles(array, path.string()),
                    .names = {},
                    .columns = nullptr,
                    .decisions = {}};
  if (table.rows < 1 || table.width < 1)
    throw Error("no points in it: array is " + to_string({table.rows, table.width}), path.string());
  ArrayGaps(table, path).close(options.gaps);
  table.rows = limited(table.rows, options);
  table.values.resize(static_cast<size_t>(table.rows * table.width));
  return table;
}

constexpr double kLittle = 1e-9;     // deviations beside their mean
constexpr uint32_t kStepLayer = 17;  // of an epoch's address

// Mean and deviation of a column once more, by differences from its first number: of numbers that
// are large beside their deviation (15 digits of an id) the rest would be rounding errors.
void standardize_differences(const NumberTable& table, size_t c, DatasetInfo& info) {
  const auto width = static_cast<size_t>(table.width);
  const double rows = static_cast<double>(table.rows), first = table.values[c];
  double mean = 0, square = 0;
  for (size_t i = c; i < table.values.size(); i += width) mean += (table.values[i] - first) / rows;
  for (size_t i = c; i < table.values.size(); i += width) {
    const double off = table.values[i] - first - mean;
    square += off * off / rows;
  }
  info.mean[c] = first + mean;
  info.scale[c] = square > 0 ? std::sqrt(square) : 1;
}

// Mean and standard deviation (of all rows, divided by N) of each column; 1 for a constant one.
void standardize(const NumberTable& table, DatasetInfo& info, const Path& path) {
  const auto width = static_cast<size_t>(table.width);
  const double rows = static_cast<double>(table.rows);
  info.mean.assign(width, 0);
  info.scale.assign(width, 0);
  for (size_t i = 0; i < table.values.size(); ++i) info.mean[i % width] += table.values[i] / rows;
  for (size_t i = 0; i < table.values.size(); ++i) {
    const double off = table.values[i] - info.mean[i % width];
    info.scale[i % width] += off * off / rows;
  }
  for (size_t c = 0; c < width; ++c) {
    info.scale[c] = std::sqrt(info.scale[c]);
    if (!std::isfinite(info.mean[c]) || !std::isfinite(info.scale[c]))
      throw Error("numbers of column " + std::to_string(c) + " are too large to standardize",
                  path.string());
    if (info.scale[c] <= kLittle * std::abs(info.mean[c]))
      standardize_differences(table, c, info);
    else if (info.scale[c] == 0)
      info.scale[c] = 1;
  }
}

// The width of the steps in which each number of a table comes, in standard deviations: 0 where
// they are too fine to matter. Words come in whole steps.
std::vector<float> steps_of(const TableColumns& table, const DatasetInfo& info) {
  constexpr double kFinest = 0.01;
  std::vector<float> steps;
  for (const Column& column : table.columns)
    for (int64_t i = 0; i < column.width(); ++i) {
      double step = column.kind == ColumnKind::words ? 1 : 0;
      if (column.kind == ColumnKind::number && column.decimals >= 0)
        step = std::pow(10.0, -static_cast<double>(column.decimals));
      step /= info.scale[steps.size()];
      steps.push_back(step > kFinest ? static_cast<float>(step) : 0.0f);
    }
  return steps;
}

// Words are 1 and -1: standardized, rare ones would be far from all others.
void keep_words_plain(const TableColumns& table, DatasetInfo& info) {
  size_t at = 0;
  for (const Column& column : table.columns)
    for (int64_t i = 0; i < column.width(); ++i, ++at)
      if (column.kind == ColumnKind::words) info.mean[at] = info.scale[at] = 0.5;
}

class Points : public Dataset {
 public:
  Points(NumberTable table, const Path& path)
      : name_(path.filename().string()), size_(table.rows), decisions_(std::move(table.decisions)) {
    info_.dims = {table.width};
    info_.columns = std::move(table.names);
    info_.table = std::move(table.columns);
    standardize(table, info_, path);
    if (info_.table) {
      keep_words_plain(*info_.table, info_);
      steps_ = steps_of(*info_.table, info_);
    }
    values_ = std::move(table.values);
  }

  int64_t size() const override { return size_; }
  const DatasetInfo& info() const override { return info_; }
  std::string name() const override { return name_; }
  std::vector<Decision> decisions() const override { return decisions_; }

  void get(int64_t index, Sample& into) const override {
    check_index(index, size_);
    const size_t width = info_.mean.size();
    into.values.resize(width);
    into.label = -1;
    for (size_t c = 0; c < width; ++c) {
      const double value = values_[static_cast<size_t>(index) * width + c];
      into.values[c] = static_cast<float>((value - info_.mean[c]) / info_.scale[c]);
    }
  }

  // Dequantized (Theis et al. 2016, arXiv:1511.01844, section 3.1): numbers that come in steps are
  // spread evenly over them, so that D cannot tell reals by their steps. Rounded they are the same.
  void draw(int64_t index, const Address& epoch, Sample& into) const override {
    get(index, into);
    if (std::ranges::all_of(steps_, [](float step) { return step == 0; })) return;
    Address address = epoch;
    address.layer = kStepLayer;
    std::vector<float> noise(steps_.size());
    uniform(address, static_cast<uint32_t>(index), noise);
    for (size_t c = 0; c < steps_.size(); ++c) into.values[c] += steps_[c] * (noise[c] - 0.5f);
  }

  std::string hash() const override {
    std::call_once(hashed_, [this] {
      Sha256 sum;
      sum.update(as_bytes(to_string({size_, info_.dims[0]})));
      sum.update(std::as_bytes(std::span(values_)));
      if (info_.table)
        for (const Column& column : info_.table->columns)
          for (const std::string& word : column.words) sum.update(as_bytes(word + "\n"));
      hash_ = "sha256:" + sum.hex();
    });
    return hash_;
  }

 private:
  DatasetInfo info_;
  std::string name_;
  int64_t size_;
  std::vector<Decision> decisions_;
  std::vector<float> steps_;    // [D] of a table
  std::vector<double> values_;  // [N, D], in the data's own units
  mutable std::once_flag hashed_;
  mutable std::string hash_;
};

}  // namespace

bool is_table_name(const Path& path) {
  const std::string extension = lower_case(path.extension().string());
  return std::ranges::count(std::array{".csv", ".tsv", ".tab", ".txt", ".dat", ".data"},
                            extension) > 0;
}

std::unique_ptr<Dataset> open_points(const NpyArray& array, const Path& path,
                                     const SourceOptions& options) {
  return std::make_unique<Points>(read_array(array, path, options), path);
}

std::unique_ptr<Dataset> open_table(const Path& path, const SourceOptions& options) {
  return std::make_unique<Points>(read_number_table(path, options), path);
}

}  // namespace gannet
