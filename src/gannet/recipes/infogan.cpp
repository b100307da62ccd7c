// InfoGAN (Chen et al. 2016, arXiv:1606.03657): besides noise G gets a code, one of K categories
// and a few numbers in [-1, 1), and D has heads that must read the code off G's samples (eqs. 5,
// 6): a lower bound on the information between code and sample, that both nets raise. No labels
// needed: the categories become kinds of image by themselves. Nets of appendix C.1 at 28, 32 and
// 64 pixels. Result: docs/recipes/infogan.md. Axes: N batch, C channels, H W pixels, Z latent, K
// categories.
#include <ATen/TensorOperators.h>

#include "gannet/losses/auxiliary.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/recipes.h"
#include "gannet/tensor/random.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet::infogan {
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
            {.help = "categories of the code, asked for by --class", .min = 2, .max = 1000});
    v.field("codes", codes,
            {.help = "numbers of the code, asked for by --vector", .min = 1, .max = 64});
    v.field("category-weight", category_weight,
            {.help = "weight of the category's information", .min = 0, .max = 1e6});
    v.field("code-weight", code_weight,
            {.help = "weight of the numbers' information", .min = 0, .max = 1e6});
  }
};

int64_t levels(const DatasetInfo& image) {
  return halvings(image, "infogan", "--cfg vanilla takes any shape, without a code");
}

NetSpec generator(const InfoganOptions& o, const DatasetInfo& image) {
  const int64_t n = levels(image), side = image.dims[2] >> n;
  int64_t width = o.ngf << (n - 1);
  NetSpec G("G", {o.nz});
  G.init_weights(Init::normal(0.02)).init_norms(Init::normal(0.02, 1));
  G.integer_input("labels", {}).embed(o.categories, 10 * o.categories).mark("category");
  G.input("attributes", {o.codes}).mark("code").at("x").concat("category").concat("code");
  G.dense(16 * o.ngf).batch_norm().relu().dense({width, side, side}).batch_norm().relu();
  while (width > o.ngf) G.conv_transpose(width /= 2).batch_norm().relu();
  return G.conv_transpose(image.channels()).tanh();  // [N, C, H, W] in [-1, 1]
}

// Outputs: a logit [N, 1]; "category" [N, K], scores; "code" [N, codes], the means of Gaussians.
NetSpec discriminator(const InfoganOptions& o, const DatasetInfo& image) {
  const int64_t n = levels(image);
  int64_t width = o.ndf;
  NetSpec D("D", image.dims);
  D.init_weights(Init::normal(0.02)).init_norms(Init::normal(0.02, 1));
  D.conv_down(width).leaky_relu(0.1);
  for (int64_t i = 1; i < n; ++i) D.conv_down(width *= 2).batch_norm().leaky_relu(0.1);
  D.dense(16 * o.ndf).batch_norm().leaky_relu(0.1).mark("body");
  D.dense(2 * o.ndf).batch_norm().leaky_relu(0.1).mark("read");
  D.dense(o.categories).output("category").at("read").dense(o.codes).output("code");
  return finish(D.at("body"), o, image);
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

 private:
  const InfoganOptions own_;
};

}  // namespace

extern const Recipe recipe;
const Recipe recipe = {
    .name = "infogan",
    .paper = "Chen et al. 2016, arXiv:1606.03657",
    .summary = "finds a code of its own that controls the image; no labels needed",
    .try_data = "shapes",
    .try_sample = "--class 0",
    .options = []() -> std::unique_ptr<Options> { return std::make_unique<InfoganOptions>(); },
    .make = [](const Options& options, const DatasetInfo& data,
               const Setup& setup) -> std::unique_ptr<Gan> {
      return std::make_unique<Infogan>(dynamic_cast<const InfoganOptions&>(options), data, setup);
    }};

}  // namespace gannet::infogan
