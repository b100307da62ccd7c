#include "gannet/data/files/collected_set.h"

#include <map>

#include "gannet/base/many_errors.h"
#include "gannet/data/detail/checks.h"
#include "gannet/data/files/attributes.h"

namespace gannet {
namespace {

constexpr size_t kMostNamed = 20;        // bad files in messages
constexpr uint32_t kCaptionLayer = 16;  // of an epoch's address, beside those of crops

// One line each for the first, and how many more there are.
std::vector<std::string> first_of(const std::vector<FileProblem>& problems) {
  std::vector<std::string> lines;
  for (const FileProblem& p : problems) {
    if (lines.size() == kMostNamed) {
      lines.push_back("and " + std::to_string(problems.size() - kMostNamed) + " more");
      break;
    }
    lines.push_back(p.file + ": " + p.what);
  }
  return lines;
}

}  // namespace

std::string message_without_where(const Error& error) {
  std::string text = error.what();
  if (const std::string tail = ": " + error.where(); text.ends_with(tail) && tail.size() > 2)
    text.resize(text.size() - tail.size());
  return text;
}

void take_info(Collection& from, CollectedSet& to) {
  to.name = std::move(from.name);
  to.decisions = std::move(from.decisions);
  to.info.classes = std::move(from.classes);
  to.info.attributes = from.attributes;
  to.info.attribute_table = std::move(from.attribute_table);
}

void note_duplicates(const Collection& of, const std::vector<std::string>& digests,
                     std::string_view content, CollectionReport& report) {
  std::map<std::string_view, size_t> first;
  for (size_t i = 0; i < digests.size(); ++i) {
    if (digests[i].empty()) continue;
    const auto [before, fresh] = first.emplace(digests[i], i);
    if (fresh) continue;
    const SampleItem &one = of.items[before->second], &two = of.items[i];
    report.duplicates.push_back(
        {two.name, "has the " + std::string(content) + " of " + one.name +
                       (one.label == two.label ? "" : ", and another label")});
  }
}

std::vector<std::string> refuse_or_warn(const CollectedSet& set, const CollectionReport& report,
                                        const SourceOptions& options) {
  const std::string of_all =
      std::to_string(report.problems.size()) + " of " + std::to_string(report.samples);
  std::vector<std::string> lines = first_of(report.problems);
  const bool none = set.size() == 0;
  if (!lines.empty() && (options.files.bad_files == "refuse" || none))
    throw ManyErrors(of_all + " samples cannot be learned from", set.name,
                     none ? "" : skip_text(set.size()), lines);
  if (!lines.empty()) lines.insert(lines.begin(), of_all + " samples are left out: " + set.name);
  if (const std::string others = left_out_text(report.left_out, true); !others.empty())
    lines.push_back("left out: " + others + ": " + set.name);
  lines.insert(lines.end(), report.notes.begin(), report.notes.end());
  return lines;
}

std::string skip_text(int64_t left) {
  return "--bad-files skip leaves them out, and learns from the other " + std::to_string(left);
}

std::string CollectedDataset::caption(int64_t index) const {
  check_index(index, size());
  const std::vector<std::string>& all = set_.labels[static_cast<size_t>(index)].captions;
  return all.empty() ? "" : all[0];
}

std::vector<std::string> CollectedDataset::captions(int64_t index) const {
  check_index(index, size());
  return set_.labels[static_cast<size_t>(index)].captions;
}

size_t CollectedDataset::put_label(int64_t index, Sample& into) const {
  into.caption = caption(index);
  const SampleLabel& label = set_.labels[static_cast<size_t>(index)];
  into.label = label.number;
  into.attributes = label.attributes;
  if (const AttributeTable* table = info().attribute_table.get())
    to_network(*table, into.attributes);
  return static_cast<size_t>(index);
}

void CollectedDataset::draw(int64_t index, const Address& epoch, Sample& into) const {
  get(index, into);
  draw_caption(index, epoch, into);
}

void CollectedDataset::draw_caption(int64_t index, const Address& epoch, Sample& into) const {
  const std::vector<std::string>& all = set_.labels[static_cast<size_t>(index)].captions;
  if (all.size() < 2) return;
  Address address = epoch;
  address.layer = kCaptionLayer;
  into.caption =
      all[integer(address, static_cast<uint32_t>(index), static_cast<uint32_t>(all.size()))];
}

std::string CollectedDataset::hash() const {
  std::call_once(hashed_, [this] {
    Sha256 sum;
    add_content(sum);
    add_labels(sum);
    hash_ = "sha256:" + sum.hex();
  });
  return hash_;
}

void CollectedDataset::add_labels(Sha256& sum) const {
  const auto add = [&sum](const std::string& text) { sum.update(as_bytes(text + "\n")); };
  for (const std::string& name : info().classes) add(name);
  for (const SampleLabel& label : set_.labels) {
    add(std::to_string(label.number));
    sum.update(std::as_bytes(std::span(label.attributes)));
    if (label.captions.empty()) add("");
    for (const std::string& caption : label.captions) add(caption);
  }
  const AttributeTable* table = info().attribute_table.get();
  if (table == nullptr || is_plain(*table)) return;
  for (const std::vector<double>* units : {&table->mean, &table->scale})
    sum.update(std::as_bytes(std::span(*units)));
}

}  // namespace gannet
