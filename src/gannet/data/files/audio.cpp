#include "gannet/data/files/audio.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <mutex>
#include <span>

#include "gannet/base/machine.h"
#include "gannet/base/parallel.h"
#include "gannet/formats/audio_file.h"

namespace gannet {
namespace {

constexpr uint64_t kMostFile = uint64_t{1} << 28;            // bytes of one audio clip's file
constexpr double kMostMemory = 0.8;                          // of the machine's
constexpr int64_t kLeastLength = 1024, kMostLength = 16384;  // that are chosen
constexpr double kMostCut = 0.1;                             // share of audio clips, likewise
constexpr float kSilence = 1e-4f;                            // -80 decibels

// One decoded file.
struct Decoded {
  std::vector<float> audio;  // of the set's rate and length
  AudioInfo stored;          // of the header; no frames where it is unreadable
  std::string format, problem;
};

class Loading {
 public:
  Loading(Collection from, const SourceOptions& options)
      : from_(std::move(from)),
        rate_(options.rate),
        length_(options.length),
        threads_(options.threads > 0 ? options.threads : read_machine().threads()) {}

  AudioSet load() {
    take_info(from_, set_);
    static_cast<CollectionReport&>(set_.report) = std::move(from_.report);
    decoded_.resize(from_.items.size());
    digests_.resize(from_.items.size());
    each([this](size_t i) { read_header(i); });
    choose_rate();
    choose_length();
    check_memory();
    each([this](size_t i) { decode(i); });
    note_duplicates(from_, digests_, "audio clip", set_.report);
    keep_good();
    set_.info.dims = {1, length_};
    set_.info.rate = static_cast<double>(rate_);
    decide("peak", "1", "each audio clip is scaled until its largest value is 1");
    return std::move(set_);
  }

 private:
  void each(const std::function<void(size_t)>& work) const {
    parallel_for(static_cast<int64_t>(from_.items.size()), threads_,
                 [&](int64_t i) { work(static_cast<size_t>(i)); });
  }

  void decide(std::string name, std::string value, std::string reason) {
    set_.decisions.push_back({std::move(name), std::move(value), std::move(reason)});
  }

  Bytes bytes_of(size_t i) const {
    const FileRef& file = from_.items[i].file;
    return from_.trees[file.tree]->read(file.index, kMostFile);
  }

  void read_header(size_t i) {
    try {
      const Bytes bytes = bytes_of(i);
      decoded_[i].format = audio_format(bytes);
      decoded_[i].stored = read_audio_info(bytes, "");
    } catch (const Error& error) {
      decoded_[i].problem = message_without_where(error);
    }
  }

  // The most frequent one.
  void choose_rate() {
    for (const Decoded& d : decoded_)
      if (d.stored.frames > 0) ++set_.report.rates[d.stored.rate];
    const auto& rates = set_.report.rates;
    if (rate_ > 0) return;
    rate_ = 16000;
    if (rates.empty()) return;
    const auto often = std::ranges::max_element(rates, {}, [](const auto& r) { return r.second; });
    rate_ = std::clamp<int64_t>(often->first, 4000, 192000);
    decide("rate", std::to_string(rate_),
           rates.size() == 1 ? "all audio clips are at this rate"
                             : "most of the audio clips, " + std::to_string(often->second) +
                                   ", are at this rate");
  }

  int64_t length_at_rate(const AudioInfo& stored) const {
    return (stored.frames * rate_ + stored.rate - 1) / stored.rate;
  }

  // The smallest power of two that cuts few of the audio clips.
  void choose_length() {
    std::vector<int64_t> lengths;
    for (const Decoded& d : decoded_)
      if (d.stored.frames > 0) lengths.push_back(length_at_rate(d.stored));
    const auto longer = [&] {
      return std::ranges::count_if(lengths, [&](int64_t length) { return length > length_; });
    };
    if (length_ > 0) return;
    length_ = kLeastLength;
    while (length_<kMostLength&& static_cast<double>(longer())> kMostCut *
           static_cast<double>(lengths.size()))
      length_ *= 2;
    decide("length", std::to_string(length_),
           std::to_string(longer()) + " of " + std::to_string(lengths.size()) +
               " audio clips are longer than " + std::to_string(length_) + " samples, and are cut");
  }

  void check_memory() const {
    const double need = sizeof(float) * static_cast<double>(length_) *
                        static_cast<double>(from_.items.size()) / 1e6;
    const double have = read_machine().memory_mb;
    if (have <= 0 || need < kMostMemory * have) return;
    throw Error(std::to_string(from_.items.size()) + " audio clips of " + std::to_string(length_) +
                    " samples need " + std::to_string(std::llround(need)) +
                    " MB, this machine has " + std::to_string(std::llround(have)) + " MB",
                set_.name, "a smaller --length, or --limit");
  }

  // What of a file at its own rate is needed for the set's length, the resampler's reach included.
  int64_t needed(const AudioInfo& stored) const {
    const double step =
        std::max(1.0, static_cast<double>(stored.rate) / static_cast<double>(rate_));
    return length_ * stored.rate / rate_ + static_cast<int64_t>(40 * step) + 1;
  }

  void decode(size_t i) {
    Decoded& d = decoded_[i];
    if (!d.problem.empty()) return;
    try {
      Audio audio = resampled(as_mono(read_audio(bytes_of(i), "", needed(d.stored))), rate_);
      d.audio = std::move(audio.values);
      d.audio.resize(static_cast<size_t>(length_));
      float largest = 0;
      for (const float value : d.audio) largest = std::max(largest, std::abs(value));
      if (largest < kSilence) throw Error("is silent", "");
      for (float& value : d.audio) value /= largest;
      digests_[i] = sha256_hex(std::as_bytes(std::span(d.audio)));
    } catch (const Error& error) {
      d.problem = message_without_where(error);
      d.audio.clear();
    }
  }

  void keep_good() {
    AudioReport& report = set_.report;
    for (size_t i = 0; i < decoded_.size(); ++i) {
      Decoded& d = decoded_[i];
      SampleItem& item = from_.items[i];
      if (!d.format.empty()) ++report.formats[d.format];
      if (!d.problem.empty()) {
        report.problems.push_back({item.name, d.problem});
        continue;
      }
      note(d.stored);
      set_.audio.push_back(std::move(d.audio));
      set_.files.push_back(std::move(item.name));
      set_.labels.push_back(std::move(item.label));
    }
    sort_by_file(report.problems);
  }

  void note(const AudioInfo& stored) {
    AudioReport& report = set_.report;
    const double seconds = static_cast<double>(stored.frames) / static_cast<double>(stored.rate);
    report.shortest = report.longest == 0 ? seconds : std::min(report.shortest, seconds);
    report.longest = std::max(report.longest, seconds);
    report.downmixed += stored.channels > 1;
    report.resampled += stored.rate != rate_;
    report.cut += length_at_rate(stored) > length_;
    report.padded += length_at_rate(stored) < length_;
  }

  Collection from_;
  int64_t rate_, length_;
  int64_t threads_;
  std::vector<Decoded> decoded_;
  std::vector<std::string> digests_;  // of the audio clips, "" for bad files
  AudioSet set_;
};

class AudioDataset : public CollectedDataset {
 public:
  AudioDataset(AudioSet set, std::vector<std::string> warnings)
      : CollectedDataset(set_, std::move(warnings)), set_(std::move(set)) {}

  void get(int64_t index, Sample& into) const override {
    into.values = set_.audio[put_label(index, into)];
  }

 protected:
  void add_content(Sha256& sum) const override {
    sum.update(as_bytes(to_string({size()}) + to_string(info().dims) + " at " +
                        std::to_string(std::llround(info().rate)) + "\n"));
    for (const std::vector<float>& audio : set_.audio) sum.update(std::as_bytes(std::span(audio)));
  }

 private:
  AudioSet set_;
};

}  // namespace

AudioSet load_audio(Collection from, const SourceOptions& options) {
  return Loading(std::move(from), options).load();
}

std::unique_ptr<Dataset> make_dataset(AudioSet set, const SourceOptions& options) {
  std::vector<std::string> warnings = refuse_or_warn(set, set.report, options);
  return std::make_unique<AudioDataset>(std::move(set), std::move(warnings));
}

}  // namespace gannet
