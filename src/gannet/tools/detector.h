// `gannet detect`: is an image real, or fake? By two scores: the discriminator of a trained
// network, and a small classifier that is trained here on real images (class 0) against the
// generator's (class 1). Both are calibrated on held-out images of both classes. No torch in here.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/data/source_options.h"
#include "gannet/formats/deep_image.h"
#include "gannet/formats/image.h"

namespace gannet {

struct DetectorRequest {
  Path network;      // a network file, or a run
  std::string data;  // real images; "": the data of the network's run, if it is beside it
  SourceOptions source;
  std::string held_out;  // further real images to calibrate with; "": a quarter of the data
  uint64_t seed = 0;
  int64_t steps = 600, batch = 64;  // of the classifier
  int64_t limit = 2000;             // at most so many real images, and as many generated ones
  std::string device = "auto";      // tensor/device.h
};

struct DetectionScore {
  // P(this generator's | both scores) at equal prior odds, by logistic regression (Platt scaling).
  double probability = 0;
  // A conformal p-value of "the image is real", for fakes of any kind: for each score
  // (1 + number of held-out real images with a score at least as high) / (1 + their number); the
  // least of these times the number of scores (Bonferroni), at most 1. Under 0.05 for at most 1 in
  // 20 real images.
  double p_value = 1;
  // Of both, larger is more like a fake: the opposite sign of RealFakeClassifier::realness().
  double discriminator = 0;  // minus D's logit; NaN where D cannot be used
  double classifier = 0;     // log P(fake) / P(real)
};

// Of a network of images of more than 8 bits: the stored values that are black and white to it.
std::optional<StoredRange> network_value_range(const Path& network);

class Detector {
 public:
  // Trains the classifier; on_progress gets lines about it. Throws Error where the network draws no
  // images, or no real ones are named or found.
  explicit Detector(const DetectorRequest& request,
                    const std::function<void(const std::string&)>& on_progress = nullptr);
  ~Detector();

  // One for each image, in order.
  std::vector<DetectionScore> scores(const std::vector<Image>& images) const;

  // Samples of the generator, 8 bits deep; none of them was in the training or calibration.
  std::vector<Image> generate(int64_t n) const;

  struct Protocol {
    std::string network, data, held_out;  // names of sources
    int64_t trained_real = 0, trained_fake = 0, calibrated_real = 0, calibrated_fake = 0;
    int64_t steps = 0;                   // of the classifier
    std::vector<std::string> notes;      // what opening the real images chose, a line each
    std::string discriminator_unusable;  // the reason; "": D's score is used
    double accuracy = 0;                 // of `probability` at 0.5, on the calibration images
  };
  const Protocol& protocol() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gannet
