// `gannet fool`: adversarial examples by the fast gradient sign method (FGSM, Goodfellow et al.
// 2014, arXiv:1412.6572, section 4): x' = x + epsilon sign(dJ/dx), with the loss J of the true
// class. No torch in here.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/data/source_options.h"
#include "gannet/formats/image.h"

namespace gannet {

struct FgsmRequest {
  std::string data = "fashion-mnist";  // labelled images
  SourceOptions source;
  Path classifier;  // its file, trained and written where there is none; "": below the data folder
  std::vector<uint64_t> images;  // numbers in the test split (or the data, where it has none)
  double epsilon = 0.05;         // of the range from black to white
  uint64_t seed = 0;
  int64_t steps = 1500, batch = 64;  // of the training
  int64_t limit = 1000;              // images for the accuracies
  std::string device = "auto";       // tensor/device.h
};

struct Prediction {
  std::string label;
  double confidence = 0;  // its softmax probability
};

struct AdversarialExample {
  int64_t image = 0;  // number
  std::string label;  // the true class
  Prediction before, after;
  Image original, perturbation,
      perturbed;  // of the perturbation 0 is grey, scaled to full contrast
};

struct FgsmReport {
  std::vector<AdversarialExample> examples;
  Path classifier;
  bool trained = false;  // in this call
  // Accuracies on `measured` images: as they are, perturbed, and with random signs instead.
  double accuracy = 0, adversarial_accuracy = 0, random_accuracy = 0;
  int64_t measured = 0;
};

// Throws Error for data without classes or images, and UsageError for numbers past its end.
// on_progress gets lines about the training.
FgsmReport fgsm(const FgsmRequest& request,
                const std::function<void(const std::string&)>& on_progress = nullptr);

}  // namespace gannet
