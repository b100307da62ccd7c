// Decodes the audio clips of a collection, on several threads, to one rate and length.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>

#include "gannet/base/machine.h"
#include "gannet/data/files/audio.h"
#include "gannet/data/files/detail/audio_choices.h"
#include "gannet/data/files/detail/collection_loading.h"
#include "gannet/formats/audio_file.h"

namespace gannet {
namespace {

constexpr double kMostMemory = 0.8;  // of the machine's
constexpr float kSilence = 1e-4f;    // -80 decibels
constexpr float kQuiet = 1e-3f;      // of a window beside its recording's peak, -60 decibels

// One decoded file.
struct Decoded {
  std::vector<float> audio;      // of the set's rate; of its length, or of a recording's
  std::vector<int64_t> windows;  // that are not silent: where they begin
  AudioInfo stored;              // of the header; no frames where it is unreadable
  std::string format, problem;
  bool late = false;
};

// Channels of opposite signs cancel each other.
std::string silent_text(const AudioInfo& stored) {
  return stored.channels > 1
             ? "is silent, the mean of its " + std::to_string(stored.channels) + " channels"
             : "is silent";
}

class Loading : CollectionLoading {
 public:
  Loading(Collection from, const SourceOptions& options)
      : CollectionLoading(std::move(from), options),
        rate_(options.rate),
        length_(options.length),
        limit_(options.limit) {}

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
    limit_samples();
    describe();
    return std::move(set_);
  }

 private:
  void decide(std::string name, std::string value, std::string reason) {
    set_.decisions.push_back({std::move(name), std::move(value), std::move(reason)});
  }

  void read_header(size_t i) {
    try {
      const Bytes bytes = bytes_of(from_.items[i].file);
      decoded_[i].format = audio_format(bytes);
      decoded_[i].stored = read_audio_info(bytes, "");
    } catch (const Error& error) {
      decoded_[i].problem = message_without_where(error);
    }
  }

  void choose_rate() {
    for (const Decoded& d : decoded_)
      if (d.stored.frames > 0) ++set_.report.rates[d.stored.rate];
    if (rate_ > 0) return;
    rate_ = 16000;
    if (set_.report.rates.empty()) return;
    set_.decisions.push_back(choose_audio_rate(set_.report.rates));
    rate_ = std::stoll(set_.decisions.back().value);
  }

  int64_t length_at_rate(const AudioInfo& stored) const {
    return (stored.frames * rate_ + stored.rate - 1) / stored.rate;
  }

  void choose_length() {
    std::vector<int64_t> lengths;
    for (const Decoded& d : decoded_)
      if (d.stored.frames > 0) lengths.push_back(length_at_rate(d.stored));
    if (length_ > 0) return;
    const Decision chosen = choose_audio_length(lengths);
    if (!lengths.empty()) set_.decisions.push_back(chosen);
    length_ = std::stoll(chosen.value);
  }

  bool is_recording(const AudioInfo& stored) const {
    return length_at_rate(stored) >= kRecording * length_;
  }

  void check_memory() const {
    int64_t values = 0;
    for (const Decoded& d : decoded_)
      values += d.stored.frames > 0 && is_recording(d.stored) ? length_at_rate(d.stored) : length_;
    const double need = sizeof(float) * static_cast<double>(values) / 1e6;
    const double have = read_machine().memory_mb;
    if (have <= 0 || need < kMostMemory * have) return;
    throw Error(std::to_string(from_.items.size()) + " audio clips, " + std::to_string(values) +
                    " values in all, need " + std::to_string(std::llround(need)) +
                    " MB, this machine has " + std::to_string(std::llround(have)) + " MB",
                set_.name, "a lower --rate, or --limit");
  }

  // What of a file at its own rate is needed for the set's length, the resampler's reach included.
  int64_t needed(const AudioInfo& stored) const {
    const double step =
        std::max(1.0, static_cast<double>(stored.rate) / static_cast<double>(rate_));
    return length_ * stored.rate / rate_ + static_cast<int64_t>(40 * step) + 1;
  }

  // Where to cut a file that is longer than the set's length, at its own rate: at its beginning,
  // or, where that is quiet, shortly before its sound begins.
  int64_t start_of(const Bytes& bytes, Decoded& d) const {
    if (length_at_rate(d.stored) <= length_) return 0;
    const AudioLevel level = measure_audio(bytes, "");
    if (level.peak < kSilence) throw Error(silent_text(d.stored), "");
    const int64_t window = length_ * d.stored.rate / rate_;
    if (is_recording(d.stored) || level.begins < window / 4) return 0;
    d.late = true;
    const int64_t last = std::max<int64_t>(0, level.frames - window);
    return std::min(level.begins - window / 64, last);
  }

  void decode(size_t i) {
    Decoded& d = decoded_[i];
    if (!d.problem.empty()) return;
    try {
      const Bytes bytes = bytes_of(from_.items[i].file);
      const int64_t start = start_of(bytes, d);
      const bool whole = is_recording(d.stored);
      const int64_t most = whole ? d.stored.frames : needed(d.stored);
      d.audio = resampled(read_mono_audio(bytes, "", start, most), rate_).values;
      if (!whole || static_cast<int64_t>(d.audio.size()) < length_)
        d.audio.resize(static_cast<size_t>(length_));
      const float largest = loudest(d.audio);
      if (largest < kSilence) throw Error(silent_text(d.stored), "");
      for (float& value : d.audio) value /= largest;
      find_windows(d);
      digests_[i] = sha256_hex(std::as_bytes(std::span(d.audio)));
    } catch (const Error& error) {
      d.problem = message_without_where(error);
      d.audio.clear();
    }
  }

  static float loudest(std::span<const float> values) {
    float largest = 0;
    for (const float value : values) largest = std::max(largest, std::abs(value));
    return largest;
  }

  // As many as fit one after the other, spread evenly from the first value to the last.
  void find_windows(Decoded& d) const {
    const auto size = static_cast<int64_t>(d.audio.size());
    const int64_t count = size / length_;
    for (int64_t k = 0; k < count; ++k) {
      const int64_t start = count == 1 ? 0 : k * (size - length_) / (count - 1);
      const std::span<const float> window(d.audio.data() + start, static_cast<size_t>(length_));
      if (count == 1 || loudest(window) >= kQuiet) d.windows.push_back(start);
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
      note(d);
      add_samples(d, item);
    }
    sort_by_file(report.problems);
  }

  void add_samples(Decoded& d, const SampleItem& item) {
    for (const int64_t start : d.windows) {
      set_.places.push_back({set_.audio.size(), start});
      set_.files.push_back(d.windows.size() == 1 ? item.name : item.name + at_time(start));
      set_.labels.push_back(item.label);
    }
    set_.audio.push_back(std::move(d.audio));
  }

  // " from 61.4 s"
  std::string at_time(int64_t start) const {
    char text[40];
    std::snprintf(text, sizeof text, " from %.1f s",
                  static_cast<double>(start) / static_cast<double>(rate_));
    return text;
  }

  // At most --limit samples, at equal distances.
  void limit_samples() {
    const auto size = static_cast<int64_t>(set_.places.size());
    if (limit_ <= 0 || size <= limit_) return;
    for (int64_t k = 0; k < limit_; ++k) {
      const auto from = static_cast<size_t>(k * size / limit_), to = static_cast<size_t>(k);
      set_.places[to] = set_.places[from];
      set_.files[to] = set_.files[from];
      set_.labels[to] = set_.labels[from];
    }
    set_.places.resize(static_cast<size_t>(limit_));
    set_.files.resize(static_cast<size_t>(limit_));
    set_.labels.resize(static_cast<size_t>(limit_));
  }

  void describe() {
    const AudioReport& report = set_.report;
    if (report.late > 0)
      decide("start", "first sound",
             std::to_string(report.late) +
                 " audio clips begin with quiet, and are cut to where their sound begins");
    if (report.recordings > 0)
      decide("windows", std::to_string(set_.size()),
             std::to_string(report.recordings) + " of " + std::to_string(set_.audio.size()) +
                 " audio clips are " + std::to_string(kRecording) +
                 " lengths and longer: each gives as many samples as fit in, without silence, and "
                 "other windows in each epoch");
    decide("peak", "1", "each audio clip is scaled until its largest value is 1");
  }

  void note(const Decoded& d) {
    const AudioInfo& stored = d.stored;
    AudioReport& report = set_.report;
    const double seconds = static_cast<double>(stored.frames) / static_cast<double>(stored.rate);
    report.shortest = report.longest == 0 ? seconds : std::min(report.shortest, seconds);
    report.longest = std::max(report.longest, seconds);
    report.downmixed += stored.channels > 1;
    report.resampled += stored.rate != rate_;
    report.late += d.late;
    report.recordings += is_recording(stored);
    report.cut += length_at_rate(stored) > length_ && !is_recording(stored);
    report.padded += length_at_rate(stored) < length_;
  }

  int64_t rate_, length_, limit_;
  std::vector<Decoded> decoded_;
  std::vector<std::string> digests_;  // of the audio clips, "" for bad files
  AudioSet set_;
};

}  // namespace

AudioSet load_audio(Collection from, const SourceOptions& options) {
  return Loading(std::move(from), options).load();
}

}  // namespace gannet
