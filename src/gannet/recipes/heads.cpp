#include "gannet/recipes/heads.h"

#include <algorithm>
#include <optional>

#include "gannet/base/error.h"
#include "gannet/image/halving.h"
#include "gannet/nn/layers.h"

namespace gannet {

namespace {

void require_attributes(const DatasetInfo& data) {
  if (data.attributes == 0)
    throw Error("--cond-type attributes needs data with attributes, and this has none", "",
                "a dataset.json with lists of numbers as labels; --cond-type class");
}

}  // namespace

Head head(std::string_view name, std::string_view cond_type) {
  if (name == "projection") return Head::projection;
  return cond_type == "class" ? Head::classes : Head::attributes;
}

NetSpec& add_condition_input(NetSpec& net, std::string_view cond_type, const DatasetInfo& data) {
  if (cond_type == "class") return net.integer_input("labels", {});
  require_attributes(data);
  return net.input("attributes", {data.attributes});
}

NetSpec& add_condition_input(NetSpec& net, std::string_view cond_type, const DatasetInfo& data,
                             int64_t width) {
  add_condition_input(net, cond_type, data);
  return cond_type == "class" ? net.embed(data.classes_count(), width)
                              : net.dense(width, /*bias=*/false);
}

NetSpec& add_discriminator_head(NetSpec& D, const Options& o, const DatasetInfo& data, Head head,
                                bool spectral) {
  const auto dense = [&](int64_t out) -> NetSpec& {
    D.dense(out);
    return spectral ? D.spectral_norm() : D;
  };
  if (o.mbstd > 0) D.minibatch_stddev(o.mbstd);
  if (o.feature_matching > 0) D.flatten().output("features");
  if (head == Head::logit) return dense(1);
  if (head == Head::attributes) require_attributes(data);
  if (D.shape().size() != 1) D.flatten();
  const int64_t features = D.shape()[0];
  D.mark("h");
  switch (head) {
    case Head::classes:
      dense(data.classes_count()).output("classes").at("h");
      return dense(1);
    case Head::attributes:
      dense(data.attributes).output("attributes").at("h");
      return dense(1);
    default:
      dense(1).mark("v");
      if (D.has_input("attributes"))
        D.at("attributes").dense(features, /*bias=*/false);
      else
        D.at("labels").embed(data.classes_count(), features);
      if (spectral) D.spectral_norm();
      return D.append(dot(), {"h"}).add("v");
  }
}

DatasetInfo packed(const DatasetInfo& data, const Options& o) {
  DatasetInfo input = data;
  input.dims.at(0) *= o.pack;
  return input;
}

int64_t halvings(const DatasetInfo& data) {
  if (!data.is_image()) return 0;
  const std::optional<Halving> halving = halve({data.dims[2], data.dims[1]});
  return halving ? halving->times : 0;
}

Shape smallest_map(const DatasetInfo& image, int64_t channels) {
  const int64_t n = halvings(image);
  return {channels, image.dims[1] >> n, image.dims[2] >> n};
}

int64_t width_at(int64_t base, int64_t i, int64_t doublings) {
  return base << std::min(i, doublings);
}

void check_architecture(std::string_view arch, std::string_view recipe, const DatasetInfo& data) {
  if (arch == "residual")
    require_halving_image(data, std::string(recipe) + " --arch residual",
                          "--arch conv takes any shape");
}

void require_halving_image(const DatasetInfo& data, const std::string& recipe,
                           const std::string& hint) {
  if (halvings(data) > 0) return;
  if (!data.is_image())
    throw Error(recipe + " draws images, the data is " + to_string(data.dims), "", hint);
  const ImageSize size(data.dims[2], data.dims[1]);
  throw Error(
      recipe + " draws images whose sides halve to 4 to 8 pixels, the data is " + size_text(size),
      "", nearest_halving_text(size) + "; " + hint);
}

void require_classes(const DatasetInfo& data, const std::string& recipe, const std::string& hint) {
  if (data.classes.empty())
    throw Error(recipe + " needs labelled data, and this has no classes", "", hint);
}

}  // namespace gannet
