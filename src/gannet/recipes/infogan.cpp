// InfoGAN (Chen et al. 2016, arXiv:1606.03657): G takes noise and a latent code, one of K
// categories and a few continuous codes in [-1, 1); D has a second head Q that predicts the code
// from G's samples. Its log-likelihood is a lower bound of the mutual information between code and
// sample, which both networks maximize (eqs. 5, 6). No labels needed: categories become kinds of
// image by themselves. Networks of appendix C.1, for images whose sides halve well. Result:
// docs/recipes/infogan.md. Axes: N batch, C channels, H W pixels, Z latent, K categories.
#include <ATen/TensorOperators.h>

#include "gannet/losses/auxiliary.h"
#include "gannet/recipes/dcgan.h"
#include "gannet/recipes/defaults.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/make_recipe.h"
#include "gannet/tensor/random.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet {
namespace {

constexpr uint32_t kCategoryCall = 0, kNumbersCall = 1;

struct InfoganOptions : Options {
  int64_t categories = 10, codes = 2;
  double category_weight = 1, code_weight = 1;

  InfoganOptions() {
    nz = 62;
    glr = 1e-3;
    dlr = 2e-4;
  }
  void fields(FieldVisitor& v) override {
    Options::fields(v);
    v.field("categories", categories,
            {.help = "categories of the code (sample --class)", .min = 2, .max = 1000});
    v.field("codes", codes,
            {.help = "continuous codes (sample --attributes)", .min = 1, .max = 64});
    v.field("category-weight", category_weight,
            {.help = "weight of the categories' mutual information", .min = 0, .max = 1e6});
    v.field("code-weight", code_weight,
            {.help = "weight of the continuous codes' mutual information", .min = 0, .max = 1e6});
  }
};

NetSpec generator(const InfoganOptions& o, const DatasetInfo& image) {
  NetSpec G("G", {o.nz});
  init_as_dcgan(G);
  G.integer_input("labels", {}).embed(o.categories, 10 * o.categories).mark("category");
  G.input("attributes", {o.codes}).mark("code").at("x").concat("category").concat("code");
  G.dense(16 * o.ngf).batch_norm().relu();
  return dcgan_generator(G, image, o.ngf);
}

// Outputs: a logit [N, 1]; "category" [N, K], logits; "code" [N, codes], means of Gaussians.
NetSpec discriminator(const InfoganOptions& o, const DatasetInfo& image) {
  NetSpec D("D", image.dims);
  init_as_dcgan(D);
  dcgan_features(D, halvings(image), o.ndf, "batch", 0.1);
  D.dense(16 * o.ndf).batch_norm().leaky_relu(0.1).mark("body");
  D.dense(2 * o.ndf).batch_norm().leaky_relu(0.1).mark("Q");
  D.dense(o.categories).output("category").at("Q").dense(o.codes).output("code");
  return add_discriminator_head(D.at("body"), o, image);
}

class Infogan : public AdversarialGan {
 public:
  Infogan(const InfoganOptions& o, const DatasetInfo& data, const Setup& setup)
      : AdversarialGan(generator(o, data), discriminator(o, packed(data, o)), o, setup), own_(o) {}

  DatasetInfo condition_info(const DatasetInfo& data) const override {
    DatasetInfo own = data;
    own.classes.clear();
    for (int64_t i = 0; i < own_.categories; ++i)
      own.classes.push_back("code " + std::to_string(i));
    own.attributes = own_.codes;
    own.attribute_table = nullptr;
    return own;
  }
  Condition conditions(const DatasetInfo& info, const Address& address, int64_t first,
                       int64_t n) const override {
    Condition c = AdversarialGan::conditions(info, address, first, n);
    Address numbers = address;
    numbers.purpose = Purpose::label;
    numbers.call = kNumbersCall;
    c.attributes = 2 * uniform(numbers, first, n, {own_.codes}, setup().tensor) - 1;
    return c;
  }

 protected:
  // Random codes, the same in all of a step, as its latents are.
  Condition condition(const Batch&, Step& step) override {
    Condition code;
    code.labels = step.integers(Purpose::noise, own_.categories, kCategoryCall);
    code.attributes = 2 * step.uniform(Purpose::noise, {own_.codes}, kNumbersCall) - 1;
    return code;
  }
  // Of the category, and of a Gaussian of variance 1 around the numbers, without its constant.
  Tensor mutual_information_penalty(const Outputs& fake, Step& step) override {
    const Condition code = condition({}, step);
    return own_.category_weight * classification_loss(fake["category"], code.labels) +
           own_.code_weight * 0.5 * attribute_regression(fake["code"], code.attributes);
  }
  bool has_auxiliary_loss() const override { return true; }

 private:
  const InfoganOptions own_;
};

// docs/defaults.md.
constexpr DefaultRow kDefaults[] = {
    {when::images, "ngf", "32", "the dense layers are 16 times as wide: several times faster"},
    {when::images, "ndf", "32", "the dense layers are 16 times as wide: several times faster"},
    {when::images, "dlr", "0.0004", "the codes are learnt first, and sooner at this rate"},
    {when::small_images, "kimg", "100", "some minutes"},
    {when::large_images, "kimg", "60", "below 50 the codes are not learnt yet"},
};

}  // namespace

Recipe infogan_recipe() {
  return make_recipe<InfoganOptions>(
      {.name = "infogan",
       .paper = "Chen et al. 2016, arXiv:1606.03657",
       .summary = "learns a code that controls the image, by mutual information; no labels needed",
       .try_data = "shapes",
       .try_sample = "--class 0",
       .defaults = defaults_from<kDefaults>},
      [](const InfoganOptions& o, const DatasetInfo& data, const Setup& setup) {
        require_halving_image(data, "infogan", "--cfg vanilla takes any shape, without a code");
        return std::make_unique<Infogan>(o, data, setup);
      });
}

}  // namespace gannet
