// Conditional GAN (Mirza & Osindero 2014, arXiv:1411.1784): the label y goes into G and into D,
// eq. 2.
//   --arch mlp   the paper's section 4.1: z and y through layers of their own, then a joint one;
//   maxout in D, dropout.
//   --arch conv  DCGAN's nets: an embedding of y joins z in G; D ends in a projection on y (Miyato
//   & Koyama 2018,
//                arXiv:1802.05637), or sees y as further planes beside the image (--label-in-d
//                concat).
// Result: docs/recipes/cgan.md.                       Axes: N batch, C channels, H W pixels, Z
// latent, K classes.
#include <algorithm>

#include "gannet/recipes/heads.h"
#include "gannet/recipes/recipes.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet::cgan {
namespace {

struct CganOptions : Options {
  std::string arch = "conv", label_in_d = "projection", cond_type = "class";
  int64_t label_width = 50;

  void fields(FieldVisitor& v) override {
    Options::fields(v);
    v.field("arch", arch,
            {.help = "perceptrons as in the paper, or convolutions", .choices = {"conv", "mlp"}});
    v.field("cond-type", cond_type,
            {.help = "what both nets are told of a sample", .choices = kConditionKinds});
    v.field("label-in-d", label_in_d,
            {.help = "how a convolutional D takes the label", .choices = {"projection", "concat"}});
    v.field(
        "label-width", label_width,
        {.help = "width of the label's embedding in a convolutional net", .min = 1, .max = 4096});
  }
};

// The paper's widths stand for the default --ngf and --ndf of 64; others scale them.
int64_t scaled(int64_t paper, int64_t width) { return std::max<int64_t>(1, paper * width / 64); }

NetSpec mlp_generator(const CganOptions& o, const DatasetInfo& data) {
  NetSpec G("G", {o.nz});
  G.dense(scaled(200, o.ngf)).relu().mark("z");
  G.init_weights(kLabelEmbeddingInit);
  add_condition_input(G, o.cond_type, data, scaled(1000, o.ngf)).relu().init_weights(std::nullopt);
  G.concat("z").dense(scaled(1200, o.ngf)).relu().dropout(0.5).dense(data.dims);
  return data.is_points() ? G : G.tanh();
}

NetSpec mlp_discriminator(const CganOptions& o, const DatasetInfo& data) {
  NetSpec D("D", data.dims);
  D.maxout(scaled(240, o.ndf), 5).dropout(0.5).mark("h");
  add_condition_input(D, o.cond_type, data, scaled(50, o.ndf));
  D.concat("h").maxout(scaled(240, o.ndf), 4).dropout(0.5);
  return finish(D, o, data);
}

int64_t levels(const DatasetInfo& image) {
  return halvings(image, "cgan --arch conv", "--arch mlp takes any shape");
}

NetSpec conv_generator(const CganOptions& o, const DatasetInfo& image) {
  const int64_t n = levels(image), side = image.dims[2] >> n;
  int64_t width = o.ngf << (n - 1);
  NetSpec G("G", {o.nz});
  G.init_weights(Init::normal(0.02)).init_norms(Init::normal(0.02, 1));
  add_condition_input(G, o.cond_type, image, o.label_width).mark("y");  // [N, L]
  G.at("x").concat("y").dense({width, side, side}).batch_norm().relu();
  while (width > o.ngf) G.conv_transpose(width /= 2).batch_norm().relu();
  return G.conv_transpose(image.channels()).tanh();
}

NetSpec conv_discriminator(const CganOptions& o, const DatasetInfo& image) {
  const int64_t n = levels(image);  // first: it says which images these nets draw
  int64_t width = o.ndf;
  NetSpec D("D", image.dims);
  D.init_weights(Init::normal(0.02)).init_norms(Init::normal(0.02, 1));
  if (o.label_in_d == "concat")
    add_condition_input(D, o.cond_type, image, o.label_width).mark("y").at("x").concat("y");
  else
    add_condition_input(D, o.cond_type, image).at("x");
  D.conv_down(width).leaky_relu(0.2);
  for (int64_t i = 1; i < n; ++i) D.conv_down(width *= 2).batch_norm().leaky_relu(0.2);
  return finish(D, o, image, o.label_in_d == "concat" ? Head::logit : Head::projection);
}

}  // namespace

extern const Recipe recipe;
const Recipe recipe = {
    .name = "cgan",
    .paper = "Mirza & Osindero 2014, arXiv:1411.1784",
    .summary = "the class goes into both nets, so that it can be asked for; labelled data",
    .try_data = "shapes",
    .try_sample = "--class 0",
    .options = []() -> std::unique_ptr<Options> { return std::make_unique<CganOptions>(); },
    .make = [](const Options& options, const DatasetInfo& data,
               const Setup& setup) -> std::unique_ptr<Gan> {
      const auto& o = dynamic_cast<const CganOptions&>(options);
      if (o.cond_type == "class")
        require_classes(data, "cgan", "--cfg dcgan learns without labels");
      if (o.arch == "mlp")
        return std::make_unique<AdversarialGan>(mlp_generator(o, data),
                                                mlp_discriminator(o, packed(data, o)), o, setup);
      return std::make_unique<AdversarialGan>(conv_generator(o, data),
                                              conv_discriminator(o, packed(data, o)), o, setup);
    }};

}  // namespace gannet::cgan
