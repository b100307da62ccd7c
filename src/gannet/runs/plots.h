// Plots of runs over kimg: losses, D's scores, gradients, metrics, the grid's diversity; and a
// report of one run as a page. No torch in here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/image/plot.h"

namespace gannet {

struct RunPlot {
  std::string name;  // "loss", "score", "metric-fd2k": of the file too
  std::vector<Curve> curves;
  Axis x, y;
};

// What there is to plot of these runs; of several, each curve is named by its run.
std::vector<RunPlot> run_plots(const std::vector<Path>& runs);

// Writes plot-NAME.png and plot-NAME.svg into the folder, and returns their names. Throws Error
// where there is nothing to plot.
std::vector<std::string> write_plots(const std::vector<Path>& runs, const Path& folder);

// Throws UsageError unless a plot's name ends in .png or .svg, or has no ending.
void check_plot_name(const Path& out);

// Writes the metrics of these runs over kimg, a plot each, and returns the files: of several
// metrics curves-fd2k.png, curves-recall2k.png for curves.png, of one curves.png itself; both as
// PNG and SVG where `out` has no ending. Throws UsageError for another ending, Error where these
// runs measured no metric.
std::vector<Path> write_metric_plots(const std::vector<Path>& runs, const Path& out);

bool is_of_the_plane(const Path& run);  // its data is points [2]

// Of a run on points of the plane whose D judges a point alone: what D says of each place, under
// the real points and samples of the newest network, drawn as the grids of its snapshots. None of
// other runs, and where there is no network yet. Opens the run's data.
std::optional<Image> run_surface(const Path& run);

// report.html of a run: how it stands, grids over time, plots, options, the protocol of each
// figure; without other files or a network.
// over, end: as summarize() has them.
std::string run_report(const Path& run, bool over = false, const std::string& end = "");

}  // namespace gannet
