// AC-GAN (Odena et al. 2016, arXiv:1610.09585): the label goes into G beside z; D is not told it
// but says the class of what it sees, beside real or fake, and both nets gain from its being right
// (eqs. 2, 3). D is a chain of 3x3 convolutions of stride 2 and 1 with batch norm, LeakyReLU(0.2)
// and dropout 0.5 (appendix A, tables 1, 2), G DCGAN's. 28, 32 and 64 pixels. Result:
// docs/recipes/acgan.md. Axes: N batch, C channels, H W pixels, Z latent, K classes.
#include "gannet/base/error.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/recipes.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet::acgan {
namespace {

constexpr double kSpread = 0.02;

struct AcganOptions : Options {
  std::string d_norm = "batch";
  double dropout = 0.5;
  int64_t label_width = 50;

  void fields(FieldVisitor& v) override {
    Options::fields(v);
    v.field("d-norm", d_norm,
            {.help = "normalisation in the discriminator",
             .choices = {"batch", "none", "layer", "instance"}});
    v.field("dropout", dropout, {.help = "share of D's units dropped", .min = 0, .max = 0.95});
    v.field("label-width", label_width,
            {.help = "width of the label's embedding in G", .min = 1, .max = 4096});
  }
};

int64_t levels(const DatasetInfo& image) {
  return halvings(image, "acgan", "--cfg cgan --arch mlp takes any shape");
}

NetSpec generator(const AcganOptions& o, const DatasetInfo& image) {
  const int64_t n = levels(image), side = image.dims[2] >> n;
  int64_t width = o.ngf << (n - 1);
  NetSpec G("G", {o.nz});
  G.init_weights(Init::normal(kSpread)).init_norms(Init::normal(kSpread, 1));
  G.integer_input("labels", {}).embed(image.classes_count(), o.label_width).mark("y");
  G.at("x").concat("y").dense({width, side, side}).batch_norm().relu();
  while (width > o.ngf) G.conv_transpose(width /= 2).batch_norm().relu();
  return G.conv_transpose(image.channels()).tanh();  // [N, C, H, W] in [-1, 1]
}

NetSpec discriminator(const AcganOptions& o, const DatasetInfo& image) {
  const int64_t n = levels(image);
  int64_t width = o.ndf / 2;
  NetSpec D("D", image.dims);
  D.init_weights(Init::normal(kSpread)).init_norms(Init::normal(kSpread, 1));
  for (int64_t i = 0; i < n; ++i) {
    D.conv(width, 3, {.stride = 2, .padding = 1});
    if (i > 0) D.norm(o.d_norm);
    D.leaky_relu(0.2).dropout(o.dropout).conv(width *= 2, 3).norm(o.d_norm).leaky_relu(0.2);
    D.dropout(o.dropout);
  }
  return finish(D, o, image, Head::classes);  // [N, 1], and "classes" [N, K]
}

}  // namespace

extern const Recipe recipe;
const Recipe recipe = {
    .name = "acgan",
    .paper = "Odena et al. 2016, arXiv:1610.09585",
    .summary = "D says the class too, G is asked for it; labelled images of 28, 32 or 64 pixels",
    .try_data = "shapes",
    .try_sample = "--class 0",
    .options = []() -> std::unique_ptr<Options> { return std::make_unique<AcganOptions>(); },
    .make = [](const Options& options, const DatasetInfo& data,
               const Setup& setup) -> std::unique_ptr<Gan> {
      const auto& o = dynamic_cast<const AcganOptions&>(options);
      require_classes(data, "acgan",
                      "--cfg infogan finds classes of its own; --cfg dcgan learns without labels");
      return std::make_unique<AdversarialGan>(generator(o, data), discriminator(o, packed(data, o)),
                                              o, setup);
    }};

}  // namespace gannet::acgan
