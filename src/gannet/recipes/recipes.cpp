#include "gannet/recipes/recipes.h"

#include <string>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/base/options.h"
#include "gannet/base/spelling.h"

namespace gannet {

// Each in its own file.
Recipe vanilla_recipe(), dcgan_recipe(), cgan_recipe(), wgan_gp_recipe(), sngan_recipe(),
    acgan_recipe(), infogan_recipe(), r3gan_recipe(), pix2pix_recipe(), srgan_recipe(),
    text2image_recipe(), wavegan_recipe(), video_recipe(), vae_recipe();

std::span<const Recipe> recipes() {
  static const std::vector<Recipe> all = {
      vanilla_recipe(),    dcgan_recipe(),   cgan_recipe(),  wgan_gp_recipe(), sngan_recipe(),
      acgan_recipe(),      infogan_recipe(), r3gan_recipe(), pix2pix_recipe(), srgan_recipe(),
      text2image_recipe(), wavegan_recipe(), video_recipe(), vae_recipe()};
  return all;
}

const Recipe& find_recipe(std::string_view name) {
  std::vector<std::string> known;
  for (const Recipe& recipe : recipes()) {
    if (recipe.name == name) return recipe;
    known.emplace_back(recipe.name);
  }
  const std::string near = closest_name(name, known);
  throw UsageError(
      "unknown recipe", std::string(name),
      near.empty() ? "`gannet recipes list` shows them" : "did you mean " + near + "?");
}

std::unique_ptr<Gan> make_gan(const Recipe& recipe, const Options& options, const DatasetInfo& data,
                              const Setup& setup) {
  if (data.is_video() && !recipe.takes_video)
    throw Error(std::string(recipe.name) + " makes no videos, the data is " + to_string(data.dims),
                "", "`gannet recipes list` says what each recipe makes");
  return recipe.make(options, data, setup);
}

std::shared_ptr<const Dataset> prepared(const Recipe& recipe, std::shared_ptr<const Dataset> data,
                                        const Options& options) {
  return recipe.prepare ? recipe.prepare(std::move(data), options) : data;
}

}  // namespace gannet
