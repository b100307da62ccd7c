#include "gannet/recipes/heads.h"

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"

namespace gannet {

Head head(std::string_view name, std::string_view by) {
  if (name == "projection") return Head::projection;
  return by == "class" ? Head::classes : Head::attributes;
}

static void require_attributes(const DatasetInfo& data) {
  if (data.attributes == 0)
    throw Error("--cond-type attributes needs data with attributes, and this has none", "",
                "a dataset.json with lists of numbers as labels; --cond-type class");
}

NetSpec& add_condition_input(NetSpec& net, std::string_view by, const DatasetInfo& data) {
  if (by == "class") return net.integer_input("labels", {});
  require_attributes(data);
  return net.input("attributes", {data.attributes});
}

NetSpec& add_condition_input(NetSpec& net, std::string_view by, const DatasetInfo& data,
                             int64_t width) {
  add_condition_input(net, by, data);
  return by == "class" ? net.embed(data.classes_count(), width) : net.dense(width, /*bias=*/false);
}

NetSpec& finish(NetSpec& D, const Options& o, const DatasetInfo& data, Head head, bool spectral) {
  const auto bounded = [&]() -> NetSpec& { return spectral ? D.spectral_norm() : D; };
  if (o.mbstd > 0) D.minibatch_stddev(o.mbstd);
  if (o.feature_matching > 0) D.flatten().output("features");
  if (head == Head::logit) {
    D.dense(1);
    return bounded();
  }
  const int64_t classes = data.classes_count();
  if (D.shape().size() != 1) D.flatten();
  const int64_t features = D.shape()[0];
  D.mark("h");
  if (head == Head::classes || head == Head::attributes) {
    const bool by_class = head == Head::classes;
    if (!by_class) require_attributes(data);
    D.dense(by_class ? classes : data.attributes);
    bounded().output(by_class ? "classes" : "attributes").at("h").dense(1);
    return bounded();
  }
  D.dense(1);
  bounded().mark("v");
  if (D.has_input("attributes"))
    D.at("attributes").dense(features, /*bias=*/false);
  else
    D.at("labels").embed(classes, features);
  return bounded().append(dot(), {"h"}).add("v");
}

DatasetInfo packed(const DatasetInfo& data, const Options& o) {
  DatasetInfo seen = data;
  seen.dims.at(0) *= o.pack;
  return seen;
}

int64_t halvings(const DatasetInfo& data) {
  if (!data.is_image() || data.dims[1] != data.dims[2]) return 0;
  const int64_t side = data.dims[2];
  return side == 28 ? 2 : side == 32 ? 3 : side == 64 ? 4 : 0;
}

void check_architecture(std::string_view arch, std::string_view recipe, const DatasetInfo& data) {
  if (arch == "residual" && halvings(data) == 0)
    throw Error(std::string(recipe) +
                    " --arch residual draws images of 28x28, 32x32 or 64x64 pixels, the data is " +
                    to_string(data.dims),
                "", "--arch conv takes any shape");
}

int64_t halvings(const DatasetInfo& data, const std::string& recipe, const std::string& hint) {
  if (const int64_t n = halvings(data)) return n;
  throw Error(
      recipe + " draws images of 28x28, 32x32 or 64x64 pixels, the data is " + to_string(data.dims),
      "", hint);
}

void require_classes(const DatasetInfo& data, const std::string& recipe, const std::string& hint) {
  if (data.classes.empty())
    throw Error(recipe + " needs labelled data, and this has no classes", "", hint);
}

}  // namespace gannet
