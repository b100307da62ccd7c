// The samples that an evaluation compares, in memory.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gannet/data/dataset.h"
#include "gannet/evaluation/evaluation.h"

namespace gannet {

// Samples of a source or of a network, by number.
class SampleSource {
 public:
  virtual ~SampleSource() = default;
  virtual int64_t size() const = 0;
  virtual Shape dims() const = 0;
  virtual std::string hash() const = 0;
  // [n, dims...]: uint8 for images and videos of 8 bits; else floating point, images in [0, 1], all
  // else in its own units.
  virtual Tensor read(const std::vector<int64_t>& indices) const = 0;
  // int64 [n], numbers of classes(); undefined where there are none.
  virtual Tensor labels(const std::vector<int64_t>& indices) const = 0;
  virtual std::vector<std::string> classes() const = 0;
  virtual double rate() const = 0;  // of audio, in Hz
};

class NetworkSamples;  // detail/network_samples.h

// Both sides of an evaluation, in one shape.
struct SampleSources {
  std::unique_ptr<SampleSource> real, fake;
  const NetworkSamples* network = nullptr;  // `fake`, where it is a network's
  // The real set's other part (of train test, else train) in that shape, if it has one and was
  // asked for.
  std::shared_ptr<const SampleSource> other;
  std::string other_split;
  std::string filter = "none";
  std::string fake_name, fake_hash;  // the network file that was taken, or the other source
  std::vector<std::string> notes;
};
SampleSources open_sources(const EvaluationRequest& request, bool other);

// Samples [from, to) of `size` in the order of the seed; all of them in their own order. So fewer
// are the first ones of more, and two ranges are disjoint.
std::vector<int64_t> chosen_samples(int64_t size, int64_t from, int64_t to, uint64_t seed,
                                    bool fake = false);

}  // namespace gannet
