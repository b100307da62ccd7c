#include "gannet/data/synthetic/detail/tones_dataset.h"

#include "gannet/data/synthetic/detail/procedural.h"
#include "gannet/data/synthetic/tones.h"

namespace gannet {
namespace {

constexpr int64_t kSize = 20000;

class Tones : public ProceduralDataset {
 public:
  explicit Tones(const SourceOptions& options) : ProceduralDataset("tones", kSize, 4, options) {
    info_.dims = {1, kToneLength};
    info_.rate = kToneRate;
    info_.classes = timbre_names();
  }

  void get(int64_t index, Sample& into) const override {
    const uint32_t sample = checked(index);
    const Tone tone = draw_tone(draw_, sample);
    into.values.resize(kToneLength);
    play(tone, draw_, sample, into.values);
    into.label = tone.timbre;
    into.caption.clear();
  }
};

}  // namespace

std::vector<BuiltInSource> tones_sources() {
  return {procedural_source<Tones>(
      "tones", "audio clips of half a second at 16 kHz, 6 timbres, 110 to 880 Hz", kSize, false,
      DataKind::audio)};
}

}  // namespace gannet
