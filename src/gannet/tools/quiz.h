// Real or generated? Pictures for a person's own two-sample test. No torch in here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/formats/image.h"

namespace gannet {

struct QuizPicture {
  Image image;
  bool real = false;
};

struct Quiz {
  std::vector<QuizPicture> pictures;  // half of them real, in an order by the seed
  std::string data;                   // the real ones' source
  // How many the network's discriminator tells right, where it takes the half with the larger
  // logits for the real ones; none where it cannot judge single images.
  std::optional<int64_t> right_by_discriminator;
};

// n pictures, of a network of images whose run names its data, or of the data named. Throws Error.
Quiz make_quiz(const Path& network, int64_t n, uint64_t seed, const std::string& data = "",
               const std::string& device = "auto");

// The probability that who guesses is as far from half as `right` of n, or farther: exact and
// two-sided (the binomial test).
double guessing_p_value(int64_t right, int64_t n);

// Where the angle between two latents is parted as t to 1 - t (tensor/slerp.h).
std::vector<float> latent_between(const std::vector<float>& a, const std::vector<float>& b,
                                  double t);

}  // namespace gannet
