// Plots of runs over kimg: losses, D's scores, gradients, metrics, the grid's diversity; and a
// report of one run as a page. No torch in here.
#pragma once

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

// report.html of a run: how it stands, grids over time, plots, options, the protocol of each
// figure; without other files or a network.
// over, end: as summarize() has them.
std::string run_report(const Path& run, bool over = false, const std::string& end = "");

}  // namespace gannet
