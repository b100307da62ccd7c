#include "gannet/data/files/video.h"

#include <algorithm>
#include <mutex>
#include <span>

#include "gannet/data/chw.h"

namespace gannet {
namespace {

class Loading {
 public:
  Loading(Collection from, const SourceOptions& options)
      : from_(std::move(from)), options_(options) {}

  VideoSet load() {
    set_.length = options_.frames;
    take_info(from_, set_);
    CollectionReport& report = set_.report;
    report = std::move(from_.report);
    choose_frames();
    images_ = load_images(images(), options_);
    for (const Decision& d : images_.decisions) set_.decisions.push_back(d);
    report.formats = images_.report.formats;
    set_.report.sizes = images_.report.sizes;
    set_.report.enlarged = images_.report.enlarged;
    set_.report.transparent = images_.report.transparent;
    set_.report.notes = images_.report.notes;
    set_.info.value_range = images_.info.value_range;
    keep_whole();
    sort_by_file(report.problems);
    describe();
    return std::move(set_);
  }

 private:
  // Of each video the middle ones; videos that have fewer are left out.
  void choose_frames() {
    VideoReport& report = set_.report;
    for (SampleItem& video : from_.items) {
      const auto size = static_cast<int64_t>(video.frames.size());
      report.fewest = report.most == 0 ? size : std::min(report.fewest, size);
      report.most = std::max(report.most, size);
      if (size < set_.length) {
        report.problems.push_back({video.name, "has " + std::to_string(size) +
                                                   " frames, expected at least " +
                                                   std::to_string(set_.length)});
        continue;
      }
      const auto first = video.frames.begin() + (size - set_.length) / 2;
      video.frames = {first, first + set_.length};
      videos_.push_back(std::move(video));
    }
  }

  // The frames as a set of images.
  Collection images() {
    Collection all;
    all.name = set_.name;
    all.trees = std::move(from_.trees);
    for (const SampleItem& video : videos_)
      for (const FileRef& file : video.frames)
        all.items.push_back(
            {.name = all.trees[file.tree]->names()[file.index], .file = file, .input = {}});
    for (const SampleItem& item : all.items) names_.push_back(item.name);
    return all;
  }

  // images_ has those of names_ that are good, in their order.
  void keep_whole() {
    size_t good = 0, name = 0;
    for (SampleItem& video : videos_) {
      std::vector<Image> frames;
      std::string bad;  // the first one
      for (int64_t t = 0; t < set_.length; ++t, ++name)
        if (good < images_.files.size() && images_.files[good] == names_[name])
          frames.push_back(std::move(images_.images[good++]));
        else if (bad.empty())
          bad = names_[name];
      if (!bad.empty()) {
        set_.report.problems.push_back({video.name, problem_of(bad)});
        continue;
      }
      for (Image& frame : frames) set_.frames.push_back(std::move(frame));
      set_.files.push_back(std::move(video.name));
      set_.labels.push_back(std::move(video.label));
    }
  }

  std::string problem_of(const std::string& frame) const {
    const auto& problems = images_.report.problems;
    const auto found = std::ranges::find(problems, frame, &FileProblem::file);
    return frame + ": " + (found == problems.end() ? "a bad frame" : found->what);
  }

  void describe() {
    if (set_.files.empty()) return;
    const Shape& image = images_.info.dims;
    set_.info.dims = {image[0], set_.length, image[1], image[2]};
    const VideoReport& report = set_.report;
    if (report.most > set_.length)
      set_.decisions.push_back({"frames", std::to_string(set_.length),
                                "the middle ones of videos of " + std::to_string(report.fewest) +
                                    " to " + std::to_string(report.most)});
  }

  Collection from_;
  SourceOptions options_;
  SampleItems videos_;
  std::vector<std::string> names_;  // of their frames
  ImageSet images_;
  VideoSet set_;
};

class VideoDataset : public CollectedDataset {
 public:
  VideoDataset(VideoSet set, std::vector<std::string> warnings)
      : CollectedDataset(set_, std::move(warnings)), set_(std::move(set)) {}

  void get(int64_t index, Sample& into) const override {
    const size_t video = put_label(index, into);
    const auto length = static_cast<size_t>(set_.length);
    const auto area = static_cast<size_t>(info().dims[2] * info().dims[3]);
    const auto channels = static_cast<size_t>(info().dims[0]);
    into.values.resize(channels * length * area);
    std::vector<float> planes;
    for (size_t t = 0; t < length; ++t) {
      to_chw(set_.frames[video * length + t], planes);
      for (size_t c = 0; c < channels; ++c)
        std::copy_n(planes.begin() + static_cast<std::ptrdiff_t>(c * area), area,
                    into.values.begin() + static_cast<std::ptrdiff_t>((c * length + t) * area));
    }
  }

 protected:
  void add_content(Sha256& sum) const override {
    sum.update(as_bytes(to_string({size()}) + to_string(info().dims) + "\n"));
    for (const Image& frame : set_.frames) sum.update(std::as_bytes(std::span(frame.pixels)));
  }

 private:
  VideoSet set_;
};

}  // namespace

VideoSet load_videos(Collection from, const SourceOptions& options) {
  return Loading(std::move(from), options).load();
}

std::unique_ptr<Dataset> make_dataset(VideoSet set, const SourceOptions& options) {
  std::vector<std::string> warnings = refuse_or_warn(set, set.report, options);
  return std::make_unique<VideoDataset>(std::move(set), std::move(warnings));
}

}  // namespace gannet
