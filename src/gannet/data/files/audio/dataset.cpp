// Folders and zips of audio clips as a Dataset.
#include <algorithm>
#include <cmath>
#include <mutex>
#include <span>

#include "gannet/base/philox.h"
#include "gannet/data/files/audio.h"

namespace gannet {
namespace {

constexpr uint32_t kStart = 2;  // a layer of an epoch's address, beside the loader's 1

class AudioDataset : public CollectedDataset {
 public:
  AudioDataset(AudioSet set, std::vector<std::string> warnings)
      : CollectedDataset(set_, std::move(warnings)), set_(std::move(set)) {}

  void get(int64_t index, Sample& into) const override {
    const AudioPlace& place = set_.places[put_label(index, into)];
    put_values(place.file, place.start, into);
  }

  // Of a recording: up to half a length before or after its place.
  void draw(int64_t index, const Address& epoch, Sample& into) const override {
    const AudioPlace& place = set_.places[put_label(index, into)];
    const int64_t room = static_cast<int64_t>(set_.audio[place.file].size()) - length();
    const int64_t first = std::max<int64_t>(0, place.start - length() / 2),
                  last = std::min(room, place.start + length() / 2);
    Address address = epoch;
    address.layer = kStart;
    const uint32_t shift =
        integer(address, static_cast<uint32_t>(index), static_cast<uint32_t>(last - first + 1));
    put_values(place.file, first + shift, into);
  }

 protected:
  void add_content(Sha256& sum) const override {
    sum.update(as_bytes(to_string({size()}) + to_string(info().dims) + " at " +
                        std::to_string(std::llround(info().rate)) + "\n"));
    for (const std::vector<float>& audio : set_.audio) sum.update(std::as_bytes(std::span(audio)));
    for (const auto& [file, start] : set_.places)
      if (is_recording(file)) sum.update(as_bytes(std::to_string(start) + "\n"));
  }

 private:
  int64_t length() const { return info().dims[1]; }
  bool is_recording(size_t file) const {
    return static_cast<int64_t>(set_.audio[file].size()) > length();
  }

  void put_values(size_t file, int64_t start, Sample& into) const {
    const auto from = set_.audio[file].begin() + start;
    into.values.assign(from, from + length());
  }

  AudioSet set_;
};

}  // namespace

std::unique_ptr<Dataset> make_dataset(AudioSet set, const SourceOptions& options) {
  std::vector<std::string> warnings = refuse_or_warn(set, set.report, options);
  return std::make_unique<AudioDataset>(std::move(set), std::move(warnings));
}

}  // namespace gannet
