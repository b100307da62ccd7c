// run_report() of plots.h: one page that needs nothing else.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "gannet/base/base64.h"
#include "gannet/base/markup.h"
#include "gannet/runs/detail/figure_text.h"
#include "gannet/runs/detail/json_lines.h"
#include "gannet/runs/detail/options_file.h"
#include "gannet/runs/directory.h"
#include "gannet/runs/list.h"
#include "gannet/runs/plots.h"

namespace gannet {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr size_t kMostGrids = 24;

const char* const kHead = R"(<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>%</title><style>
body{font:15px/1.45 sans-serif;color:#222;max-width:1100px;margin:2em auto;padding:0 1em}
table{border-collapse:collapse;margin:.6em 0}td,th{border-bottom:1px solid #ddd;padding:.2em .8em .2em 0;text-align:left;vertical-align:top}
code,pre{font:13px monospace;white-space:pre-wrap;overflow-wrap:anywhere}img{max-width:100%;image-rendering:pixelated}
.plots{display:flex;flex-wrap:wrap;gap:1em}.bad{color:#b00020}input[type=range]{width:100%;max-width:640px}
</style></head><body>
)";

std::string image(const Path& file, const std::string& attributes) {
  return "<img " + attributes + " src=\"data:image/png;base64," + base64(read_file(file)) + "\">";
}

std::string row(const std::vector<std::string>& cells, const char* tag = "td") {
  std::string text = "<tr>";
  for (const std::string& cell : cells)
    text += "<" + std::string(tag) + ">" + cell + "</" + tag + ">";
  return text + "</tr>\n";
}

std::string summary_html(const RunSummary& run) {
  const bool bad = run.state == "collapsed" || run.state == "failed" || run.state == "alike";
  return "<h1>" + markup_escaped(run.name) + "</h1>\n<table>" +
         row({"state", "<span class=\"" + std::string(bad ? "bad" : "") + "\">" + run.state +
                           "</span> " + markup_escaped(run.why)}) +
         row({"recipe", markup_escaped(run.cfg)}) + row({"data", markup_escaped(run.data)}) +
         row({"kimg", figure_text(run.kimg) + " of " + figure_text(run.kimg_total)}) + "</table>\n";
}

std::string value_html(const MetricFigure* figure) {
  if (figure == nullptr || !figure->value) return "-";
  return figure_text(*figure->value) +
         (figure->error ? " &plusmn; " + figure_text(*figure->error) : "");
}

std::string metrics_html(const MetricHistory& history) {
  const NetworkMetrics *best = history.best(), *last = history.last();
  if (best == nullptr) return "<p>This run measured no metric (<code>--metrics</code>).</p>\n";
  std::string text = "<h2>Metrics</h2>\n<table>" +
                     row({"metric", "better is", "best network, " + markup_escaped(best->network),
                          "last, " + markup_escaped(last->network), "real samples", "protocol"},
                         "th");
  for (size_t i = 0; i < history.metrics.size(); ++i) {
    const MetricFigure* at_best = best->find(history.metrics[i]);
    const MetricFigure* any = at_best == nullptr ? last->find(history.metrics[i]) : at_best;
    text +=
        row({markup_escaped(history.metrics[i]), std::string(better_text(history.better[i])),
             value_html(at_best), value_html(last->find(history.metrics[i])),
             any != nullptr && any->real ? figure_text(*any->real) : "-",
             any == nullptr ? "" : "<code>" + markup_escaped(any->protocol.dump()) + "</code>"});
  }
  return text + "</table>\n";
}

// Grids by a slider, the first and the last among them, and the real samples.
std::string grids_html(const RunDirectory& run) {
  std::vector<Path> all = run.grids();
  if (fs::exists(run.file("fakes-init.png"))) all.insert(all.begin(), run.file("fakes-init.png"));
  if (fs::exists(run.stopped_fakes())) all.push_back(run.stopped_fakes());
  if (all.empty()) return "";
  std::vector<Path> chosen;
  const size_t count = std::min(kMostGrids, all.size());
  for (size_t i = 0; i < count; ++i)
    chosen.push_back(all[count == 1 ? 0 : i * (all.size() - 1) / (count - 1)]);
  std::string text =
      "<h2>Samples over time</h2>\n<p>" +
      (chosen.size() < all.size()
           ? std::to_string(chosen.size()) + " of " + std::to_string(all.size()) + " grids"
           : std::string("All grids")) +
      ", of the same latents: <b id=\"name\">" + markup_escaped(chosen.back().filename().string()) +
      "</b></p>\n<input type=\"range\" id=\"time\" min=\"0\" max=\"" + std::to_string(count - 1) +
      "\" value=\"" + std::to_string(count - 1) + "\" aria-label=\"snapshot\">\n<div id=\"grids\">";
  for (size_t i = 0; i < count; ++i)
    text += image(chosen[i], (i + 1 < count ? "hidden alt=\"" : "alt=\"") +
                                 markup_escaped(chosen[i].filename().string()) + "\"") +
            "\n";
  text +=
      "</div>\n<script>const g=document.querySelectorAll('#grids img');"
      "document.getElementById('time').oninput=e=>{g.forEach((x,i)=>x.hidden=i!=e.target.value);"
      "document.getElementById('name').textContent=g[e.target.value].alt}</script>\n";
  if (fs::exists(run.file("reals.png")))
    text += "<h2>Real samples</h2>\n" + image(run.file("reals.png"), "alt=\"real samples\"") + "\n";
  return text;
}

std::string options_html(const json& options) {
  std::string text = "<h2>Options</h2>\n<table>";
  for (const auto& [key, value] : options.items())
    if (value.is_primitive())
      text += row({markup_escaped(key), "<code>" + markup_escaped(value.dump()) + "</code>"});
  text += "</table>\n";
  for (const char* key : {"decisions", "changes", "dataset", "machine", "gannet"})
    if (options.contains(key) && !options[key].empty())
      text += "<details><summary>" + std::string(key) + "</summary><pre>" +
              markup_escaped(options[key].dump(2)) + "</pre></details>\n";
  return text;
}

// What the watchdog said.
std::string log_html(const RunDirectory& run) {
  if (!fs::exists(run.log())) return "";
  std::string said;
  const std::string log = read_text(run.log());
  for (size_t at = 0, end; (end = log.find('\n', at)) != std::string::npos; at = end + 1)
    if (log.substr(at, end - at).starts_with("watchdog: "))
      said += "<li>" + markup_escaped(log.substr(at + 10, end - at - 10)) + "</li>\n";
  return said.empty() ? "" : "<h2>The watchdog</h2>\n<ul>" + said + "</ul>\n";
}

}  // namespace

std::string run_report(const Path& path, bool over, const std::string& end) {
  const RunSummary summary = summarize(path, over, end);
  const RunDirectory run(summary.path);
  std::string head = kHead;
  head.replace(head.find("<title>%") + 7, 1, markup_escaped(summary.name));
  std::string text = head + summary_html(summary) + log_html(run) + grids_html(run) +
                     metrics_html(summary.metrics);
  const std::vector<RunPlot> plots = run_plots({summary.path});
  if (!plots.empty()) text += "<h2>Curves</h2>\n<div class=\"plots\">\n";
  for (const RunPlot& plot : plots) text += svg_curves(plot.curves, plot.x, plot.y, 520, 300);
  if (!plots.empty()) text += "</div>\n";
  return text + options_html(read_options(run)) + "</body></html>\n";
}

}  // namespace gannet
