// `gannet detect`: is an image real, or forged? Two witnesses: the discriminator of a trained
// network, as it was left by the game; and a fresh critic, a small classifier that is trained here
// on real images against what the generator draws. Both are calibrated on held-out images of
// both kinds. No torch in here.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/data/source_options.h"
#include "gannet/formats/image.h"

namespace gannet {

struct DetectorRequest {
  Path network;      // a network file, or a run
  std::string data;  // real images; "": what the network was trained on, where its run says so
  SourceOptions source;
  std::string held_out;  // further real images to calibrate with; "": a quarter of the data
  uint64_t seed = 0;
  int64_t steps = 600, batch = 64;  // of the critic
  int64_t limit = 2000;             // at most so many real images, and as many forged ones
};

// What the witnesses say of one image. Larger is more suspect.
struct Suspicion {
  // The probability that it is this generator's rather than real, by both witnesses, at equal odds.
  double forged = 0;
  // The share of held-out real images that look as suspect to either witness, times the number of
  // witnesses: small for a forgery of any kind that one of them notices. In (0, 1].
  double unusual = 1;
  double discriminator = 0;  // minus D's logit; NaN where D cannot be asked
  double critic = 0;         // log of the odds
};

class Detector {
 public:
  // Trains the critic; `say` is told how far it is. Throws Error where the network draws no
  // images, or no real ones are named or found.
  explicit Detector(const DetectorRequest& request,
                    const std::function<void(const std::string&)>& say = nullptr);
  ~Detector();

  // One for each image, in order.
  std::vector<Suspicion> judge(const std::vector<Image>& images) const;

  // Images that the generator draws, 8 bits deep; none of them was learned from.
  std::vector<Image> forgeries(int64_t n) const;

  struct Protocol {
    std::string network, data, held_out;  // names of sources
    int64_t trained_real = 0, trained_forged = 0, calibrated_real = 0, calibrated_forged = 0;
    int64_t steps = 0;
    std::string no_discriminator;  // why D is not asked; "": it is
    double accuracy = 0;           // of all witnesses, on what they were calibrated with
  };
  const Protocol& protocol() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gannet
