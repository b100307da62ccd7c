// Folders and zips of the user's files: which samples there are and what is wrong with any of them,
// by names and labels alone, without decoding. Decoding follows: images.h, audio.h, video.h. A bad
// file never throws: it is in the report.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gannet/data/files/file_tree.h"
#include "gannet/data/files/items.h"
#include "gannet/data/kind.h"
#include "gannet/data/source_options.h"

namespace gannet {

struct CollectionReport {
  std::string kind;                   // "image", "audio", "video", "image pairs (two folders)", ...
  int64_t samples = 0;                // found, good or bad
  std::vector<FileProblem> problems;  // samples that cannot be used, by name
  std::vector<FileProblem> duplicates;  // samples with the content of an earlier one; they are used
  std::vector<std::string> other_files;    // not of this kind, ignored
  LeftOutList left_out;                    // what of the source is not used, by kinds
  std::vector<std::string> notes;          // what else a user should know, as warnings
  std::map<std::string, int64_t> formats;  // "png", "jpeg", "webp", "wav", "flac", "ogg"
};

// What a source holds, before it is decoded.
struct Collection {
  DataKind kind = DataKind::image;
  PairLayout layout = PairLayout::single;
  std::string name;  // of the set
  std::vector<std::unique_ptr<FileTree>> trees;
  SampleItems items;  // in natural order
  std::vector<std::string> classes;
  int64_t attributes = 0;  // values a sample
  std::vector<Column> columns;  // what these are, where that is said
  std::shared_ptr<const AttributeTable> attribute_table;
  std::vector<Decision> decisions;
  CollectionReport report;
};

// Scans the source's files, detects their kind, and applies split, pairs, labels and limit: one
// function each, in files/detail/. Throws Error where there is nothing to use, and for an invalid
// dataset.json; UsageError for options of another kind of data.
Collection collect(const std::string& source, const SourceOptions& options);

// Indices of the images of a tree: by the extensions of their names, else by their first bytes.
std::vector<size_t> image_files(const FileTree& tree);

// Does it name a folder, a zip, or A:B, two of them?
bool names_files(const std::string& source);
std::optional<std::pair<std::string, std::string>> two_sources(const std::string& source);

}  // namespace gannet
