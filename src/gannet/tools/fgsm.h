// `gannet fool`: small noise that turns a confident classifier. The fast gradient sign method
// (Goodfellow et al. 2014, arXiv:1412.6572, section 4): x' = x + epsilon sign(dJ/dx), with the loss
// J of the right class. No torch in here.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/data/source_options.h"
#include "gannet/formats/image.h"

namespace gannet {

struct FoolRequest {
  std::string data = "fashion-mnist";  // labelled images
  SourceOptions source;
  Path classifier;  // kept here, trained where it is not there yet; "": below the data folder
  std::vector<uint64_t> images;  // numbers in the test split (or the data, where it has none)
  double epsilon = 0.05;         // of black to white
  uint64_t seed = 0;
  int64_t steps = 1500, batch = 64;  // of the training
  int64_t limit = 1000;              // images that accuracies are measured on
};

struct Fooled {
  int64_t image = 0;
  std::string label, before, after;                    // the truth, and what the classifier says
  double confidence_before = 0, confidence_after = 0;  // of what it says
  Image original, noise, changed;  // the noise: grey is none, as strong as can be
};

struct FoolReport {
  std::vector<Fooled> images;
  Path classifier;
  bool trained = false;                     // just now
  double accuracy = 0, accuracy_after = 0;  // of `measured` images, before and after
  double random_accuracy = 0;               // after noise of the same size, signs by lot
  int64_t measured = 0;
};

// Throws Error for data without classes or images, and UsageError for images that are not
// there.
FoolReport fool(const FoolRequest& request,
                const std::function<void(const std::string&)>& say = nullptr);

}  // namespace gannet
