// Plots and the report of a run.
#include "gannet/runs/plots.h"

#include "gannet/formats/png.h"
#include "support/error_of.h"
#include "support/runs.h"

namespace gannet::test {
namespace {

using Plots = RunTest;

TEST_F(Plots, StandInTheDirectoryOfARunThatIsOver) {
  TestScreen screen;
  const Path run = train(tiny(), screen);
  for (const char* name : {"loss", "score", "gradient", "diversity", "metric-modes"}) {
    const std::string file = (run / ("plot-" + std::string(name))).string();
    EXPECT_EQ(read_png(read_file(file + ".png"), file).width, 720) << name;
    const std::string svg = read_text(file + ".svg");
    EXPECT_TRUE(svg.starts_with("<svg ") && svg.ends_with("</svg>\n")) << name;
  }
  const std::string page = read_text(run / "report.html");
  for (const char* part : {"data:image/png;base64,iVBORw0KGgo", "<svg ", "n_fake", "real samples",
                           "00000-vanilla-ring-8-batch16", "</html>"})
    EXPECT_NE(page.find(part), std::string::npos) << part;
  EXPECT_EQ(page.find("src=\"http"), std::string::npos);
  EXPECT_EQ(page.find("href="), std::string::npos);  // it needs nothing else
}

TEST_F(Plots, NameTheRunsByWhatDiffers) {
  std::vector<Path> runs;
  for (const int seed : {1, 2}) {
    const Path run =
        folder_ / ("0000" + std::to_string(seed) + "-dcgan-x-seed=" + std::to_string(seed));
    std::filesystem::create_directories(run);
    write_file(run / "options.json", std::string_view("{}"));
    write_file(run / "stats.jsonl",
               std::string_view("{\"step\": 1, \"kimg\": 1, \"loss\": {\"D\": 1.5}}\n"
                                "{\"step\": 2, \"kimg\": 2, \"loss\": {\"D\": 0.5}}\n"));
    runs.push_back(run);
  }
  const std::vector<RunPlot> plots = run_plots(runs);
  ASSERT_EQ(plots.size(), 1u);
  ASSERT_EQ(plots[0].curves.size(), 2u);
  EXPECT_EQ(plots[0].curves[0].name, "00001-seed=1 D");
  EXPECT_EQ(plots[0].curves[0].x, (std::vector<double>{1, 2}));
  EXPECT_EQ(plots[0].x.from, 0);
  EXPECT_EQ(plots[0].x.to, 2);
}

TEST_F(Plots, KeepRunsOfOneNameInTwoFoldersApart) {
  std::vector<Path> runs;
  for (const char* of : {"a", "b"}) {
    const Path run = folder_ / of / "00000-dcgan-x";
    std::filesystem::create_directories(run);
    write_file(run / "options.json", std::string_view("{}"));
    write_file(run / "stats.jsonl",
               std::string_view("{\"step\": 1, \"kimg\": 1, \"loss\": {\"D\": 1.5}}\n"));
    runs.push_back(run);
  }
  const std::vector<RunPlot> plots = run_plots(runs);
  ASSERT_EQ(plots[0].curves.size(), 2u);
  EXPECT_TRUE(plots[0].curves[1].name.starts_with("b/00000-")) << plots[0].curves[1].name;
}

TEST_F(Plots, ProbabilitiesAreFrom0To1) {
  TestScreen screen;
  for (const RunPlot& plot : run_plots({train(tiny(), screen)}))
    if (plot.name == "score") {
      EXPECT_EQ(plot.y.from, 0);
      EXPECT_EQ(plot.y.to, 1);
    }
}

TEST_F(Plots, NothingYetIsSaid) {
  std::filesystem::create_directories(folder_ / "r");
  write_file(folder_ / "r/options.json", std::string_view("{}"));
  EXPECT_NE(error_of([&] { write_plots({folder_ / "r"}, folder_); }).find("nothing to plot yet"),
            std::string::npos);
}

TEST_F(Plots, OfMetricsAreAFileEachOfAllRuns) {
  std::vector<Path> runs;
  for (const char* of : {"00000-a", "00001-b"}) {
    std::filesystem::create_directories(folder_ / of);
    write_file(folder_ / of / "options.json", std::string_view("{}"));
    std::string lines;
    for (const char* metric : {"fd2k", "recall2k"})
      for (int kimg = 1; kimg < 4; ++kimg)
        lines +=
            nlohmann::json({{"metric", metric},
                            {"value", kimg},
                            {"step", kimg},
                            {"kimg", kimg},
                            {"network", "network-00000" + std::to_string(kimg) + ".safetensors"}})
                .dump() +
            "\n";
    write_file(folder_ / of / "metrics.jsonl", lines);
    runs.push_back(folder_ / of);
  }
  using Files = std::vector<Path>;
  const Files svg = write_metric_plots(runs, folder_ / "curves.svg");
  EXPECT_EQ(svg, (Files{folder_ / "curves-fd2k.svg", folder_ / "curves-recall2k.svg"}));
  const std::string text = read_text(svg[0]);
  for (const char* run : {"00000-a fd2k", "00001-b fd2k"})
    EXPECT_NE(text.find(run), std::string::npos) << text;
  EXPECT_EQ(write_metric_plots(runs, folder_ / "both").size(), 4u);
  EXPECT_EQ(read_png(read_file(folder_ / "both-fd2k.png"), "png").width, 720);
  // One metric needs no name.
  const std::string lines = read_text(runs[0] / "metrics.jsonl");
  for (const Path& run : runs)
    write_file(run / "metrics.jsonl", lines.substr(0, lines.find('\n') + 1));
  EXPECT_EQ(write_metric_plots(runs, folder_ / "one.png"), (Files{folder_ / "one.png"}));
  for (const char* wrong : {"one.jpg", ""})
    EXPECT_NE(error_of([&] { write_metric_plots(runs, wrong); }).find("ends in .png or .svg"),
              std::string::npos);
  for (const Path& run : runs) std::filesystem::remove(run / "metrics.jsonl");
  EXPECT_NE(error_of([&] { write_metric_plots(runs, folder_ / "x.png"); }).find("no metric"),
            std::string::npos);
}

TEST_F(Plots, OfPointsShowTheDiscriminatorsSurfaceAsTheGridsDo) {
  TestScreen screen;
  const Path run = train(tiny(), screen);
  const std::optional<Image> surface = run_surface(run);
  ASSERT_TRUE(surface);
  const Path grid = RunDirectory(run).grids().back();
  EXPECT_TRUE(surface->pixels == read_png(read_file(grid), grid.string()).pixels);
  std::filesystem::create_directories(folder_ / "r");
  write_file(folder_ / "r/options.json", std::string_view(R"({"dataset": {"shape": [2]}})"));
  EXPECT_FALSE(run_surface(folder_ / "r")) << "no network yet";
  write_file(folder_ / "r/options.json", std::string_view(R"({"dataset": {"shape": [1, 8, 8]}})"));
  EXPECT_FALSE(run_surface(folder_ / "r"));
}

TEST(SvgCurves, HaveAPathForEachStretchThatIsFinite) {
  const std::string svg =
      svg_curves({{.name = "a<b", .x = {0, 1, 2, 3}, .y = {1, 2, NAN, 3}, .colour = {1, 2, 3}}},
                 {.name = "x"}, {.name = "y"});
  EXPECT_NE(svg.find("a&lt;b"), std::string::npos);
  EXPECT_NE(svg.find("stroke=\"#010203\""), std::string::npos);
  const size_t path = svg.find("fill=\"none\"");
  const std::string d = svg.substr(svg.rfind("d=\"", path), path - svg.rfind("d=\"", path));
  EXPECT_EQ(std::ranges::count(d, 'M'), 2);
}

}  // namespace
}  // namespace gannet::test
