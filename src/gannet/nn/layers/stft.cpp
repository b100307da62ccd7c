#include <ATen/TensorOperators.h>
#include <ATen/ops/hann_window.h>
#include <ATen/ops/log1p.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/stft.h>
#include <ATen/ops/view_as_real.h>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"

namespace gannet {
namespace {

struct LogSpectrogram : Layer {
  explicit LogSpectrogram(int64_t window) : window_(window) {
    if (window < 4 || window % 4 != 0)
      throw Error("a spectrum of " + std::to_string(window) + " samples, expected 4, 8, 12, ...",
                  "");
  }
  std::string_view kind() const override { return "log_spectrogram"; }
  std::string settings() const override {
    return setting("window", window_) + ", " + setting("hop", hop());
  }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].size() != 2 || in[0][1] < window_ || in[0][1] % hop() != 0)
      throw Error("a spectrum of " + std::to_string(window_) +
                      " samples needs [C, T] with T a multiple of a quarter of that, not " +
                      to_string(in[0]),
                  "");
    return {in[0][0], window_ / 2, in[0][1] / hop()};
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    const Tensor& x = in[0];
    const Tensor waves = at::stft(x.flatten(0, 1), window_, hop(), window_,
                                  at::hann_window(window_, x.options()), /*center=*/true, "reflect",
                                  /*normalized=*/false, /*onesided=*/true, /*return_complex=*/true);
    // Without the mean, and the frame in the middle of the mirrored end.
    const Tensor parts =
        at::view_as_real(waves.slice(1, 1).slice(2, 0, x.size(2) / hop())).square().sum(-1);
    // + 1e-4: the square root has no derivative at 0.
    return at::log1p(at::sqrt(parts + 1e-4)).unflatten(0, {x.size(0), x.size(1)});
  }
  int64_t hop() const { return window_ / 4; }

  int64_t window_;
};

}  // namespace

LayerPtr log_spectrogram(int64_t window) { return std::make_shared<LogSpectrogram>(window); }

}  // namespace gannet
