#include <algorithm>

#include "gannet/models/export.h"
#include "gannet/models/model_file.h"
#include "gannet/models/network_metrics.h"
#include "gannet/models/network_path.h"
#include "gannet/models/sampler.h"
#include "gannet/models/zoo.h"
#include "gannet/runs/list.h"
#include "gannet/text/tokenizer.h"
#include "support/error_of.h"
#include "support/runs.h"

namespace gannet::test {
namespace {

namespace fs = std::filesystem;

class ModelFile : public RunTest {
 protected:
  Path network(const std::string& cfg = "vanilla", const std::string& data = "ring-8") {
    Config config = tiny(cfg, data);
    config.options->kimg = 0.16;
    TestScreen listener;
    const RunDirectory run(train(std::move(config), listener));
    return run.networks().back();
  }

  static std::string error_of(const Path& path) {
    try {
      Sampler sampler(path);
    } catch (const UsageError&) {
      return "a usage error";
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }
};

Bytes draw(Sampler& sampler, const SampleRequest& request) {
  Bytes all;
  sampler.draw(request, [&](const SampleBlock& block) {
    all.insert(all.end(), block.bytes.begin(), block.bytes.end());
  });
  return all;
}

TEST_F(ModelFile, SaysAllThatSamplingNeeds) {
  const Path path = network("cgan", "shapes");
  const Bytes bytes = read_file(path);
  const SafetensorsFile file = read_safetensors(bytes, "", Checksum::required);
  for (const char* key : {"format", "kind", "recipe", "options", "shape", "classes", "range",
                          "images_seen", "checksum", "conditions"})
    EXPECT_TRUE(file.metadata.contains(key)) << key;
  EXPECT_EQ(file.metadata.at("kind"), "network");
  EXPECT_EQ(nlohmann::json::parse(file.metadata.at("shape")), nlohmann::json({3, 32, 32}));
  EXPECT_EQ(nlohmann::json::parse(file.metadata.at("options"))["ngf"], 8);
  for (const TensorView& tensor : file.tensors)
    EXPECT_TRUE(tensor.name.starts_with("G.") || tensor.name.starts_with("G_ema.") ||
                tensor.name.starts_with("D."));
}

TEST_F(ModelFile, AnExportHoldsTheAverageAndDrawsTheSame) {
  const Path path = network("cgan", "shapes"), out = folder_ / "alone.safetensors";
  const ExportReport report =
      export_network({.network = path.string(), .data = "shapes", .licence = "MIT"}, out);
  EXPECT_EQ(report.nets, std::vector<std::string>{"G_ema"});
  const Bytes bytes = read_file(out);
  const SafetensorsFile file = read_safetensors(bytes, "", Checksum::required);
  EXPECT_EQ(file.metadata.at("nets"), R"(["G_ema"])");
  EXPECT_EQ(file.metadata.at("licence"), "MIT");
  EXPECT_TRUE(std::ranges::all_of(
      file.tensors, [](const TensorView& t) { return t.name.starts_with("G_ema."); }));
  EXPECT_EQ(report.bytes, static_cast<int64_t>(bytes.size()));
  Sampler whole(path), alone(out);
  const SampleRequest request{.seeds = {1, 2}};
  EXPECT_EQ(draw(alone, request), draw(whole, request));
  const Model model = open_model(out);
  EXPECT_FALSE(model.has_discriminator);
  std::map<std::string, Tensor> of;
  for (const auto& [name, tensor] : network_tensors(*model.gan)) of[name] = tensor;
  EXPECT_TRUE(of.at("G.dense1.weight").equal(of.at("G_ema.dense1.weight")));
}

TEST_F(ModelFile, AnExportHasWhatWasMeasured) {
  const auto write_text = [](const Path& file, const std::string& text) {
    write_file(file, as_bytes(text));
  };
  const Path path = network("dcgan", "shapes"), out = folder_ / "alone.safetensors";
  const auto metrics = [&] {
    const Bytes bytes = read_file(out);
    const SafetensorsFile file = read_safetensors(bytes, "", Checksum::required);
    const auto found = file.metadata.find("metrics");
    return found == file.metadata.end() ? "" : found->second;
  };
  export_network({.network = path.string()}, out);
  EXPECT_EQ(metrics(), "");
  const std::string name = path.filename().string();
  write_text(path.parent_path() / "metrics.jsonl",
             R"({"metric":"fd2k","network":")" + name +
                 R"(","protocol":{"fake":"x","n_real":9},"real":1.5,"step":3,"value":8.25})"
                 "\n"
                 R"({"metric":"fd2k","network":"other","value":1})"
                 "\n{\"cut");
  export_network({.network = path.string()}, out);
  EXPECT_EQ(metrics(), R"([{"metric":"fd2k","protocol":{"n_real":9},"real":1.5,"value":8.25}])");
  const Path again = out;
  export_network({.network = out.string(), .half = true}, again);  // of itself: it keeps them
  EXPECT_EQ(metrics_of_metadata(metrics())[0]["value"], 8.25);
  write_text(folder_ / "eval.json", R"({"results":[{"metric":"is","value":2,"error":1e999}]})");
  EXPECT_THROW(metrics_of_report(folder_ / "eval.json", ""), Error);
  write_text(folder_ / "eval.json", R"({"results":[{"metric":"is","value":2},{"value":1}]})");
  export_network({.network = out.string(), .figures = folder_ / "eval.json"}, out);
  EXPECT_EQ(metrics(), R"([{"metric":"is","value":2}])");
  EXPECT_TRUE(metrics_of_metadata("[1, {\"metric\": 2, \"value\": 3}, {]").empty());
}

TEST_F(ModelFile, AnExportInHalfPrecisionDrawsNearlyTheSame) {
  const Path path = network("dcgan", "shapes"), out = folder_ / "half.safetensors";
  const auto size = [](const Path& p) { return static_cast<int64_t>(fs::file_size(p)); };
  const ExportReport report =
      export_network({.network = path.string(), .half = true, .discriminator = true}, out);
  EXPECT_EQ(report.nets, (std::vector<std::string>{"G_ema", "D"}));
  EXPECT_LT(2.5 * size(out), size(path));
  EXPECT_TRUE(open_model(out).has_discriminator);
  Sampler whole(path), half(out);
  const Bytes a = draw(whole, {.seeds = {1, 2}}), b = draw(half, {.seeds = {1, 2}});
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i)
    ASSERT_NEAR(std::to_integer<int>(a[i]), std::to_integer<int>(b[i]), 2);
  const Path again = folder_ / "again.safetensors";
  export_network({.network = out.string(), .half = true, .discriminator = true}, again);
  EXPECT_EQ(read_file(out), read_file(again));
  export_network({.network = out.string()}, again);
  EXPECT_EQ(gannet::error_of(
                [&] { export_network({.network = again.string(), .discriminator = true}, out); }),
            "the file was exported without its discriminator: " + again.string());
}

TEST_F(ModelFile, AnExportThatLacksANetIsRefused) {
  const Path path = network(), out = folder_ / "lacks.safetensors";
  const Bytes bytes = read_file(path);
  SafetensorsFile file = read_safetensors(bytes, "", Checksum::required);
  file.metadata.erase("checksum");
  for (const char* nets :
       {"[\"D\"]", "[\"G_ema\",\"X\"]", "\"G_ema\"", "7", "[\"G_ema\",\"G_ema\"]"}) {
    file.metadata["nets"] = nets;
    write_safetensors(out, file.metadata, file.tensors);
    EXPECT_NE(error_of(out).find("lacks.safetensors"), std::string::npos) << nets;
  }
}

TEST(Zoo, NamesItsNetworks) {
  EXPECT_TRUE(names_zoo("zoo:clothes"));
  EXPECT_FALSE(names_zoo("zoo"));
  EXPECT_EQ(gannet::error_of([] { network_path("zoo:nothing-like-it"); }),
            "unknown network of the zoo: zoo:nothing-like-it");
  for (const std::string& name : zoo_names()) {
    const std::string network = "zoo:" + name;
    EXPECT_EQ(network_path(network), Path(network));
    EXPECT_LE(zoo_network(network).size(), 3'000'000u) << name;
    Sampler sampler{Path(network)};
    EXPECT_EQ(why_network(network), "");
    const Bytes bytes = read_network_file(network);
    const Metadata metadata = read_model_file(bytes, "network", network, "").metadata;
    EXPECT_TRUE(metadata.contains("licence")) << name;
    EXPECT_TRUE(metadata.contains("data")) << name;
    if (sampler.takes_image()) continue;
    const std::string text = sampler.takes_text() ? "a person with red hair" : "";
    EXPECT_EQ(sampler.text_warnings(text).size(), 0) << name;
    EXPECT_FALSE(draw(sampler, {.seeds = {1}, .text = text}).empty()) << name;
  }
}

TEST_F(ModelFile, CutAtEveryKilobyteIsRefusedByName) {
  const Path path = network();
  const Bytes bytes = read_file(path);
  const Path cut = folder_ / "cut.safetensors";
  for (size_t size = 0; size < bytes.size(); size += 1024) {
    write_file(cut, ByteSpan(bytes).first(size));
    const std::string error = error_of(cut);
    EXPECT_NE(error.find("cut.safetensors"), std::string::npos) << size << ": " << error;
  }
}

TEST_F(ModelFile, AFlippedBitIsRefused) {
  const Path path = network();
  Bytes bytes = read_file(path);
  const Path flipped = folder_ / "flipped.safetensors";
  for (size_t at = 8; at < bytes.size(); at += bytes.size() / 37) {
    bytes[at] ^= std::byte{0x10};
    write_file(flipped, bytes);
    EXPECT_NE(error_of(flipped).find("flipped.safetensors"), std::string::npos) << at;
    bytes[at] ^= std::byte{0x10};
  }
}

TEST_F(ModelFile, AnotherRecipeOtherShapesAndForeignFilesAreRefused) {
  const Path path = network();
  const Bytes bytes = read_file(path);
  const SafetensorsFile file = read_safetensors(bytes, "", Checksum::required);
  const Path other = folder_ / "other.safetensors";
  const auto changed = [&](auto change) {
    SafetensorsFile copy = file;
    copy.metadata.erase("checksum");
    change(copy);
    write_safetensors(other, copy.metadata, copy.tensors);
    return error_of(other);
  };
  const auto expect_in = [](const std::string& error, const std::string& part) {
    EXPECT_NE(error.find(part), std::string::npos) << error;
  };
  expect_in(changed([](auto& f) { f.metadata["recipe"] = "dcgan"; }), "other.safetensors");
  expect_in(changed([](auto& f) { f.metadata["recipe"] = "nosuchgan"; }), "unknown recipe");
  expect_in(changed([](auto& f) { f.metadata["kind"] = "state"; }), "expected a network file");
  expect_in(changed([](auto& f) { f.metadata["format"] = "gannet-99"; }), "gannet-99");
  expect_in(changed([](auto& f) { f.metadata["shape"] = "[3]"; }), "other.safetensors");
  expect_in(changed([](auto& f) { f.metadata["shape"] = "[-1, 4]"; }), "shape");
  expect_in(changed([](auto& f) { f.metadata["shape"] = "{"; }), "not JSON");
  const char* conditions = R"({"labels": [], "attributes": [-2]})";
  expect_in(changed([=](auto& f) { f.metadata["conditions"] = conditions; }), "conditions");
  expect_in(changed([](auto& f) { f.metadata["conditions"] = R"({"attributes": []})"; }),
            "conditions");
  expect_in(changed([](auto& f) { f.metadata.erase("options"); }), "options");
  expect_in(changed([](auto& f) { f.metadata["options"] = R"({"nz": -3})"; }), "nz");
  expect_in(changed([](auto& f) { f.tensors.pop_back(); }), "is missing");
  expect_in(changed([](auto& f) { f.tensors[0].name = "G.extra"; }), "is missing");
  expect_in(changed([](auto& f) { std::swap(f.tensors[0].name, f.tensors[1].name); }),
            "expected F32");
  write_file(other, std::string("not a model"));
  expect_in(error_of(other), "other.safetensors");
  expect_in(error_of("/dev/zero"), "regular file");
  expect_in(error_of(folder_ / "missing"), "missing");
}

TEST_F(ModelFile, ASeedIsTheSameImageInAnyBatch) {
  Sampler sampler(network("dcgan", "shapes"));
  const int64_t size = 32 * 32 * 3;
  EXPECT_EQ(sampler.item_shape(), (std::vector<int64_t>{32, 32, 3}));
  std::vector<uint64_t> seeds;
  for (uint64_t seed = 0; seed < 70; ++seed) seeds.push_back(seed);
  const Bytes all = draw(sampler, {.seeds = seeds});
  ASSERT_EQ(all.size(), 70u * size);
  for (const uint64_t seed : {0, 17, 31, 32, 69}) {
    const Bytes one = draw(sampler, {.seeds = {seed}});
    EXPECT_TRUE(std::equal(one.begin(), one.end(), all.begin() + static_cast<int64_t>(seed) * size))
        << seed;
  }
  const Bytes far = draw(sampler, {.seeds = {~uint64_t{0}, 5, 5}});
  EXPECT_TRUE(std::equal(far.begin() + size, far.begin() + 2 * size, far.begin() + 2 * size));
  EXPECT_FALSE(std::equal(far.begin(), far.begin() + size, far.begin() + size));
}

TEST_F(ModelFile, ClassesAreAskedForByNameOrNumberAndUnknownOnesNamed) {
  Sampler sampler(network("cgan", "shapes"));
  ASSERT_TRUE(sampler.takes_class());
  EXPECT_EQ(draw(sampler, {.seeds = {3}, .label = sampler.classes()[1]}),
            draw(sampler, {.seeds = {3}, .label = "1"}));
  EXPECT_NE(draw(sampler, {.seeds = {3}, .label = "0"}),
            draw(sampler, {.seeds = {3}, .label = "1"}));
  EXPECT_THROW(draw(sampler, {.seeds = {3}, .label = "99"}), UsageError);
  EXPECT_THROW(draw(sampler, {.seeds = {3}, .label = "dodecahedron"}), UsageError);
  Sampler classless(network("dcgan", "shapes"));
  EXPECT_THROW(draw(classless, {.seeds = {3}, .label = "0"}), UsageError);
}

class TextModelFile : public ModelFile {
 protected:
  Path text_network() {
    Config config = tiny("text2image", "shapes");
    set_field(*config.options, "text-width", "8");
    config.options->kimg = 0.064;
    TestScreen listener;
    const RunDirectory run(train(std::move(config), listener));
    return run.networks().back();
  }
};

TEST_F(TextModelFile, DrawsSentencesByItsOwnTokenizer) {
  const Path path = text_network();
  EXPECT_TRUE(fs::exists(path.parent_path() / "captions.txt"));
  Sampler sampler(path);
  const auto drawn = [&](const std::string& text) {
    return draw(sampler, {.seeds = {3}, .text = text});
  };
  EXPECT_EQ(drawn("a red star"), drawn("a red star"));
  EXPECT_NE(drawn("a red star"), drawn("a blue star"));
  EXPECT_NO_THROW(drawn("\xff\xfe zw\xc3\xb6lf, unknown words"));
  for (const char* none : {"", " \n\t"}) {
    try {
      drawn(none);
      FAIL() << "drew nothing";
    } catch (const UsageError& error) {
      EXPECT_STREQ(error.what(),
                   "this network draws what a sentence says, and --text has none: text2image");
      EXPECT_NE(error.hint().find("--text \"a large red star"), std::string::npos);
    }
  }
  EXPECT_EQ(sampler.text_warnings("a red star").size(), 0);
  const std::string long_text = "a red star on a dark background and then many words more";
  const std::vector<std::string> warnings = sampler.text_warnings(long_text);
  ASSERT_EQ(warnings.size(), 2);
  EXPECT_EQ(warnings[0],
            "no caption of the training has 'and', 'then', 'many', 'words', 'more', which means "
            "nothing to this network");
  EXPECT_NE(warnings[1].find(": up to 'a red star on"), std::string::npos) << warnings[1];
  EXPECT_NO_THROW(drawn(long_text));
  Sampler wordless(network());
  EXPECT_EQ(wordless.text_warnings(long_text).size(), 0);
  EXPECT_THROW(draw(wordless, {.seeds = {3}, .text = "a red star"}), UsageError);
}

TEST_F(TextModelFile, ABrokenTokenizerIsRefused) {
  const Path path = text_network();
  const Bytes bytes = read_file(path);
  const SafetensorsFile file = read_safetensors(bytes, "", Checksum::required);
  const Path other = folder_ / "other.safetensors";
  const auto changed = [&](auto change) {
    SafetensorsFile copy = file;
    copy.metadata.erase("checksum");
    change(copy.metadata);
    write_safetensors(other, copy.metadata, copy.tensors);
    return error_of(other);
  };
  EXPECT_NE(changed([](auto& m) { m.erase("tokenizer"); }).find("lacks \"tokenizer\""),
            std::string::npos);
  EXPECT_NE(changed([](auto& m) { m["tokenizer"] = "{}"; }).find("the tokenizer is not"),
            std::string::npos);
  EXPECT_NE(
      changed([](auto& m) { m["tokenizer"] = Tokenizer().write(); }).find("expected F32 [258, 8]"),
      std::string::npos);
}

TEST_F(ModelFile, PointsComeOutInTheDatasOwnUnits) {
  std::string text = "height,weight\n";
  for (int i = 0; i < 200; ++i)
    text += std::to_string(1000 + i % 7) + "," + std::to_string(0.001 * (i % 11)) + "\n";
  write_file(folder_ / "points.csv", text);
  Sampler sampler(network("vanilla", (folder_ / "points.csv").string()));
  const Bytes bytes = draw(sampler, {.seeds = {0, 1, 2, 3}});
  ASSERT_EQ(bytes.size(), 4 * 2 * sizeof(float));
  const float* values = reinterpret_cast<const float*>(bytes.data());
  for (int i = 0; i < 4; ++i) {
    EXPECT_NEAR(values[2 * i], 1003, 30);
    EXPECT_NEAR(values[2 * i + 1], 0.005, 0.05);
  }
}

TEST_F(ModelFile, TruncationZeroDrawsTheSameSampleForEverySeed) {
  Sampler sampler(network());
  const Bytes bytes = draw(sampler, {.seeds = {1, 2}, .truncation = 0});
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.begin() + 8, bytes.begin() + 8));
}

TEST_F(ModelFile, ARunIsSampledFromItsBestNetwork) {
  const Path path = network();
  Sampler sampler(path.parent_path());
  EXPECT_EQ(sampler.file().filename(), path.filename());
}

TEST_F(ModelFile, OfARunAnyNetworkIsNamed) {
  const Path run = network().parent_path();
  const auto touch = [&](const char* name) { write_file(run / name, std::string_view("x")); };
  touch("network-000040.safetensors"), touch("network-000040_512.safetensors");
  const auto taken = [&](const std::string& which) {
    return network_path(run.string() + which).filename().string();
  };
  EXPECT_EQ(taken("@best"), "network-000000.safetensors");
  EXPECT_EQ(taken("/@best"), "network-000000.safetensors");
  EXPECT_EQ(taken("@last"), "network-000040_512.safetensors");
  EXPECT_EQ(taken("@40"), "network-000040_512.safetensors");
  EXPECT_EQ(taken("@40.512"), "network-000040_512.safetensors");
  EXPECT_EQ(taken("@0"), "network-000000.safetensors");
  EXPECT_NE(gannet::error_of([&] { taken("@41"); }).find("no network at 41 kimg"),
            std::string::npos);
  EXPECT_NE(gannet::error_of([&] { taken("@first"); }).find("expected best, last or"),
            std::string::npos);
  const std::string why = why_network(run);
  EXPECT_TRUE(why.starts_with("the best of the run by modes: modes ")) << why;
  EXPECT_NE(why.find("the newest is network-000040_512.safetensors"), std::string::npos) << why;
  EXPECT_EQ(why_network(run / "network-000000.safetensors"), "");
  std::filesystem::remove(run / "network-best.safetensors");
  EXPECT_NE(gannet::error_of([&] { taken("@best"); }).find("measured no metric"),
            std::string::npos);
}

TEST_F(ModelFile, ARunThatCannotBeReadHidesNoOther) {
  const Path good = network().parent_path(), bad = folder_ / "runs/00001-bad";
  std::filesystem::create_directories(bad);
  for (const char* text : {"", "{\"cfg\": ", "[1]"}) {
    write_file(RunDirectory(bad).options(), std::string(text));
    const std::vector<RunSummary> runs = list_runs(folder_ / "runs");
    ASSERT_EQ(runs.size(), 2u) << text;
    EXPECT_EQ(runs[0].path, good);
    EXPECT_EQ(runs[1].name, "00001-bad");
    EXPECT_EQ(runs[1].state, "unreadable");
    EXPECT_EQ(runs[1].why, "not JSON: " + RunDirectory(bad).options().string());
  }
}

TEST_F(ModelFile, RunsAreListedWithTheirState) {
  const Path done = network().parent_path();
  Config config = tiny();
  TestScreen listener;
  listener.stop_after = 7;
  EXPECT_THROW(train(std::move(config), listener), Interrupted);
  const std::vector<RunSummary> runs = list_runs(folder_ / "runs");
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].path, done);
  EXPECT_EQ(runs[0].state, "done");
  EXPECT_EQ(runs[0].cfg, "vanilla");
  EXPECT_NEAR(runs[0].kimg, 0.16, 1e-9);
  EXPECT_EQ(runs[1].state, "stopped");
  ASSERT_NE(runs[0].metrics.best(), nullptr);
  EXPECT_TRUE(runs[0].metrics.best()->value("modes"));
  {
    const FileLock held(runs[1].path / ".lock");
    EXPECT_EQ(summarize(runs[1].path).state, "running");
    EXPECT_THROW(remove_run(runs[1].path), Error);
  }
  remove_run(runs[1].path);
  EXPECT_FALSE(fs::exists(runs[1].path));
  EXPECT_THROW(remove_run(folder_), Error);
}

}  // namespace
}  // namespace gannet::test
