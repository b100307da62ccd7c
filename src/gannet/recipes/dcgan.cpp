// DCGAN (Radford et al. 2015, arXiv:1511.06434): strided convolutions instead of pooling, batch
// norm in both nets (not in G's output nor D's input), no hidden dense layers, ReLU in G,
// LeakyReLU(0.2) in D, weights from N(0, 0.02), Adam with beta1 = 0.5 and rate 2e-4 (section 4).
// 28, 32 and 64 pixels, grey and colour. Result: docs/recipes/dcgan.md. Axes: N batch, C channels,
// H W pixels, Z latent.
#include "gannet/recipes/heads.h"
#include "gannet/recipes/recipes.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet::dcgan {
namespace {

constexpr double kSpread = 0.02;

struct DcganOptions : Options {
  std::string d_norm = "batch";

  void fields(FieldVisitor& v) override {
    Options::fields(v);
    v.field("d-norm", d_norm,
            {.help = "normalisation in the discriminator",
             .choices = {"batch", "none", "layer", "instance"}});
  }
};

int64_t levels(const DatasetInfo& image) {
  return halvings(image, "dcgan", "--cfg vanilla takes any shape");
}

NetSpec generator(const Options& o, const DatasetInfo& image) {
  const int64_t n = levels(image), side = image.dims[2] >> n;
  int64_t width = o.ngf << (n - 1);
  NetSpec G("G", {o.nz});
  G.init_weights(Init::normal(kSpread)).init_norms(Init::normal(kSpread, 1));
  G.dense({width, side, side}).batch_norm().relu();  // [N, 2^(n-1) b, s, s]
  while (width > o.ngf)
    G.conv_transpose(width /= 2).batch_norm().relu();  // half the width, twice the side
  return G.conv_transpose(image.channels()).tanh();    // [N, C, H, W] in [-1, 1]
}

NetSpec discriminator(const DcganOptions& o, const DatasetInfo& image) {
  const int64_t n = levels(image);  // first: it says which images these nets draw
  int64_t width = o.ndf;
  NetSpec D("D", image.dims);
  D.init_weights(Init::normal(kSpread)).init_norms(Init::normal(kSpread, 1));
  D.conv_down(width).leaky_relu(0.2);
  for (int64_t i = 1; i < n; ++i) D.conv_down(width *= 2).norm(o.d_norm).leaky_relu(0.2);
  return finish(D, o, image);  // [N, 1], a logit
}

}  // namespace

extern const Recipe recipe;
const Recipe recipe = {
    .name = "dcgan",
    .paper = "Radford et al. 2015, arXiv:1511.06434",
    .summary = "strided convolutions and batch norm; images of 28, 32 or 64 pixels",
    .try_data = "shapes",
    .try_sample = "",
    .options = []() -> std::unique_ptr<Options> { return std::make_unique<DcganOptions>(); },
    .make = [](const Options& options, const DatasetInfo& data,
               const Setup& setup) -> std::unique_ptr<Gan> {
      const auto& o = dynamic_cast<const DcganOptions&>(options);
      return std::make_unique<AdversarialGan>(generator(o, data), discriminator(o, packed(data, o)),
                                              o, setup);
    }};

}  // namespace gannet::dcgan
