#include "gannet/recipes/recipes.h"

#include <string>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/base/options.h"
#include "gannet/base/spelling.h"

namespace gannet {

namespace vanilla {
extern const Recipe recipe;
}
namespace dcgan {
extern const Recipe recipe;
}
namespace cgan {
extern const Recipe recipe;
}
namespace wgan_gp {
extern const Recipe recipe;
}
namespace sngan {
extern const Recipe recipe;
}
namespace acgan {
extern const Recipe recipe;
}
namespace infogan {
extern const Recipe recipe;
}
namespace r3gan {
extern const Recipe recipe;
}
namespace vae {
extern const Recipe recipe;
}
namespace text2image {
extern const Recipe recipe;
}
namespace pix2pix {
extern const Recipe recipe;
}
namespace srgan {
extern const Recipe recipe;
}
namespace wavegan {
extern const Recipe recipe;
}
namespace video {
extern const Recipe recipe;
}

std::span<const Recipe> recipes() {
  static const std::vector<Recipe> all = {
      vanilla::recipe,    dcgan::recipe,   cgan::recipe,  wgan_gp::recipe, sngan::recipe,
      acgan::recipe,      infogan::recipe, r3gan::recipe, pix2pix::recipe, srgan::recipe,
      text2image::recipe, wavegan::recipe, video::recipe, vae::recipe};
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
