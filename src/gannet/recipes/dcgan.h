// The parts of DCGAN (Radford et al. 2015, arXiv:1511.06434) that acgan, cgan, infogan, vae and
// wgan-gp use too. For images whose sides halve well (halvings() in heads.h).
#pragma once

#include <string>
#include <string_view>

#include "gannet/base/options.h"
#include "gannet/nn/spec.h"

namespace gannet {

// Weights from N(0, 0.02^2), the norms' scales from N(1, 0.02^2) (section 4).
void init_as_dcgan(NetSpec& net);

// Options of these nets.
struct DcganLayers {
  bool g_from_4x4 = false;  // images that begin at 7x7 (28, 56, 112 pixels) begin at 4x4 too, with
                            // one convolution more (4 -> 7)
  std::string g_upsample = "transposed";
  int64_t d_dense = 0;  // units of dcgan_dense()

  void fields(FieldVisitor& v);
  // Throws UsageError for --g-from-4x4 of sizes that do not begin at 7x7.
  void check(const DatasetInfo& image) const;
};

// The image, or each frame of the video, at the cursor -> twice its sides, by a transposed
// convolution ("transposed"), or by "nearest" or "bilinear" upsampling and a 3x3 convolution, which
// leaves no checkerboard (Odena et al. 2016, doi:10.23915/distill.00003).
NetSpec& double_sides(NetSpec& G, int64_t channels, std::string_view upsample);

// Its field --g-upsample.
void upsample_field(FieldVisitor& v, std::string& upsample);

// The vector at the cursor -> an image [C, H, W] in [-1, 1], by layers that each double the
// sides, and halve the width from at most 8 ngf down to `ngf`.
NetSpec& dcgan_generator(NetSpec& G, const DatasetInfo& image, int64_t ngf,
                         const DcganLayers& layers = {});

// The image at the cursor, whose sides are to be halved n times -> features [F, h, w], by
// convolutions of stride 2 that each double the width, up to 8 ndf. No norm after the first.
NetSpec& dcgan_features(NetSpec& D, int64_t n, int64_t ndf, std::string_view norm,
                        double negative_slope = 0.2);

// A fully connected hidden layer over all of those features -> [units]; 0: none. InfoGAN's D has
// one (Chen et al. 2016, arXiv:1606.03657, appendix C.1).
NetSpec& dcgan_dense(NetSpec& D, int64_t units, std::string_view norm);

}  // namespace gannet
