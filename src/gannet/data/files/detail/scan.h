// The files of one folder or zip, by their names alone.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gannet/data/files/items.h"
#include "gannet/data/kind.h"
#include "gannet/data/source_options.h"

namespace gannet {

struct Scan {
  SampleItems images, audio;             // one item a file, in the order of the names
  std::vector<std::string> other_files;  // neither of these, nor dataset.json
  std::vector<std::string> unsafe_names;
  LeftOutList left_out;  // other_files by their kinds
};

// Texts and tables that are used after all, as labels or captions. `others`: the files that stay
// left out.
void take_back(LeftOutList& list, const std::vector<std::string>& used,
               const std::vector<std::string>& others);

// The first bytes of a file, by its index.
using ReadStart = std::function<Bytes(size_t)>;

// Images and audio clips by their extensions; a file without a known one by its first bytes, where
// `start` is given. `unsafe_names`: of FileTree. `tree`: index in Collection::trees.
Scan scan(const std::vector<std::string>& names, const std::vector<std::string>& unsafe_names = {},
          size_t tree = 0, const ReadStart& start = {});

struct KindChoice {
  DataKind kind = DataKind::image;
  std::optional<Decision> decision;  // where the files are of two kinds
};

// --kind, else what options of one kind say (--rate, --frames, ...), else what most files are; of
// as many images as audio clips, images. Throws UsageError for a --kind that contradicts --frames.
KindChoice choose_kind(const Scan& scan, const SourceOptions& options);

// Throws UsageError for options of another kind of data.
void check_options(DataKind kind, const SourceOptions& options, const std::string& source);

// The samples of one kind. A folder of images is one video, named by the folder, its frames in
// natural order; one of clips, whose names have their words, is a video of each
// (name_words.h).
struct KindItems {
  SampleItems items;                     // in natural order
  std::vector<std::string> other_files;  // of another kind or of none, sorted
  std::vector<FileProblem> problems;     // unsafe names of this kind
  LeftOutList left_out;                  // other_files by their kinds
  std::optional<Decision> decision;      // where videos are told apart by the names of frames
};
// `named`: a decision names the files of the other kind already (LeftOut::named).
// frames: of a video, at least.
KindItems items_of_kind(Scan scan, DataKind kind, bool named = false, int64_t frames = 0);

}  // namespace gannet
