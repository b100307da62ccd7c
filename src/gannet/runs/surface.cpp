// run_surface() of plots.h: what a run's discriminator says of the plane.
#include "gannet/models/model_file.h"
#include "gannet/models/network_path.h"
#include "gannet/runs/detail/discriminator_surface.h"
#include "gannet/runs/detail/options_file.h"
#include "gannet/runs/detail/snapshot_grid.h"
#include "gannet/runs/directory.h"
#include "gannet/runs/plots.h"
#include "gannet/runs/session.h"

namespace gannet {

bool is_of_the_plane(const Path& run) {
  const nlohmann::json options = read_options(RunDirectory::open(run));
  return options.value("/dataset/shape"_json_pointer, nlohmann::json()) ==
         nlohmann::json::array({2});
}

std::optional<Image> run_surface(const Path& path) {
  const RunDirectory run = RunDirectory::open(path);
  const bool has_network =
      !run.networks().empty() || std::filesystem::exists(run.stopped_network());
  if (!is_of_the_plane(path) || !has_network) return {};
  const Model model = open_model(network_path(run.path().string() + "@last"), "cpu");
  Config config = config_of_run(run.path());
  const std::string& loss = config.options->loss;
  if (!model.has_discriminator || !discriminator_surface(*model.gan, model.info, loss)) return {};
  const auto data = prepared(*model.recipe, dataset_of(config), *config.options);
  return SnapshotGrid(*model.recipe, *data, config.options->seed, loss).fakes(*model.gan);
}

}  // namespace gannet
