#include "cli/run_plots.h"

#include "cli/film.h"
#include "cli/threads.h"
#include "gannet/base/error.h"
#include "gannet/formats/png.h"
#include "gannet/runs/directory.h"
#include "gannet/runs/plots.h"

namespace gannet::cli {
namespace {

// Of a run on points of the plane: the game as a film, and D's surface. What stands in the way is a
// warning, the curves are there.
void plot_game(const Path& run, const Path& folder) {
  if (!is_of_the_plane(run)) return;
  try {
    write_film(run, folder / "plot-film.webp", {.fps = -1});
    print((folder / "plot-film.webp").string() + "\n");
    set_threads(chosen_threads());
    if (const auto surface = run_surface(run)) {
      write_file(folder / "plot-surface.png", write_png(*surface));
      print((folder / "plot-surface.png").string() + "\n");
    }
  } catch (const std::exception& error) {
    warn("not all plots of points: " + std::string(error.what()));
  }
}

}  // namespace

int plot_runs(const Arguments& arguments) {
  struct : Fields {
    std::string outdir;
    void fields(FieldVisitor& visitor) override {
      visitor.field("outdir", outdir,
                    {.help = "where the plots go; without, for one run, its own directory"});
    }
  } options;
  std::vector<std::string> names;
  constexpr int kMost = 100;
  if (!parse(
          {.program = "gannet runs plot",
           .summary = "Losses, D(x) and D(G(z)), gradients, metrics and diversity over kimg, each "
                      "as PNG and SVG; of one run on points of the plane also plot-film.webp, the "
                      "film of its grids, and plot-surface.png, the discriminator's surface.",
           .groups = {{"Options", &options}},
           .positionals = {{"RUN",
                            "run directories, or their numbers in runs/, in one plot each kind",
                            &names, 1, kMost}},
           .not_empty = {"outdir"}},
          arguments)) {
    return 0;
  }
  if (options.outdir.empty() && names.size() > 1)
    throw UsageError("several runs have no place of their own", "gannet runs plot",
                     "--outdir plots");
  const Path folder =
      options.outdir.empty() ? RunDirectory::open(names[0]).path() : Path(options.outdir);
  for (const std::string& name : write_plots({names.begin(), names.end()}, folder))
    print((folder / name).string() + ".png and .svg\n");
  if (names.size() == 1) plot_game(names[0], folder);
  return 0;
}

}  // namespace gannet::cli
