// Commands that use a trained network: interpolation, projection, nearest training images, the
// detector; and FGSM.
#include <ATen/TensorOperators.h>

#include <numeric>

#include "gannet/data/dataset.h"
#include "gannet/data/raw_samples.h"
#include "gannet/data/registry.h"
#include "gannet/formats/image_file.h"
#include "gannet/formats/webp_animation.h"
#include "gannet/image/video_writer.h"
#include "gannet/metrics/roc.h"
#include "gannet/models/sampler.h"
#include "gannet/tensor/image_grid.h"
#include "gannet/tools/detection_report.h"
#include "gannet/tools/detector.h"
#include "gannet/tools/fgsm.h"
#include "gannet/tools/interpolation.h"
#include "gannet/tools/memorization.h"
#include "gannet/tools/project.h"
#include "gannet/tools/real_fake_classifier.h"
#include "support/runs.h"

namespace gannet::test {
namespace {

class Tools : public RunTest {
 protected:
  Path network(const std::string& cfg, int64_t side, const std::string& data = "shapes") {
    Config config = tiny(cfg, data);
    config.run.source.image_size = side;
    TestScreen listener;
    return train(std::move(config), listener);
  }
  std::vector<Image> shapes(int64_t first, int64_t n, int64_t side) {
    const auto data = open_dataset("shapes", {.image_size = side});
    std::vector<Image> all;
    for (int64_t i = first; i < first + n; ++i)
      all.push_back(draw_grid(read_network_samples(*data, std::vector<int64_t>{i}), 1, 1));
    return all;
  }
};

Image sampled(const Path& network, uint64_t seed, const std::string& label = "") {
  return Sampler(network).grid({.seeds = {seed}, .label = label}, 1, 1);
}

std::vector<Image> walked(const Path& network, const WalkRequest& request) {
  std::vector<Image> frames;
  Walker(network).walk(request, [&](const Image& frame) { frames.push_back(frame); });
  return frames;
}

TEST_F(Tools, AWalkPassesThroughItsKeyFramesAndComesBack) {
  const Path run = network("dcgan", 28);
  Walker walker(run);
  std::vector<Image> frames;
  const auto put = [&](const Image& frame) { frames.push_back(frame); };
  const WalkReport report = walker.walk({.seeds = {3, 9, 4}, .classes = {}, .frames = 15}, put);
  EXPECT_EQ(report.frames, 45);
  EXPECT_EQ(report.classes, "none");
  ASSERT_EQ(frames.size(), 45u);
  EXPECT_EQ(frames[0], sampled(run, 3));
  EXPECT_EQ(frames[15], sampled(run, 9));
  EXPECT_EQ(frames[30], sampled(run, 4));
  EXPECT_NE(frames[7], frames[0]);
  frames.clear();
  walker.walk({.seeds = {3, 9}, .classes = {}, .frames = 4, .loop = false}, put);
  ASSERT_EQ(frames.size(), 5u);
  EXPECT_EQ(frames[4], sampled(run, 9));
  EXPECT_THROW(walker.walk({.seeds = {3}, .classes = {"0"}}, put), UsageError);
}

TEST_F(Tools, TextEmbeddingsAreInterpolated) {
  const Path run = network("text2image", 28);
  const std::string star = "a large red star on a light background", ring = "a small green ring";
  const auto frames = walked(run, {.seeds = {5}, .texts = {star, ring}, .frames = 4});
  ASSERT_EQ(frames.size(), 8u);
  EXPECT_EQ(frames[0], Sampler(run).grid({.seeds = {5}, .text = star}, 1, 1));
  EXPECT_EQ(frames[4], Sampler(run).grid({.seeds = {5}, .text = ring}, 1, 1));
  EXPECT_NE(frames[2], frames[0]);
  EXPECT_NE(frames[2], frames[4]);
  EXPECT_EQ(frames[2], frames[6]);  // half-way there and half-way back
  EXPECT_THROW(walked(run, {.seeds = {5}}), UsageError);
  EXPECT_THROW(walked(run, {.seeds = {5}, .texts = {star, " "}}), UsageError);
  EXPECT_THROW(walked(run, {.seeds = {5}, .classes = {"star"}, .texts = {star}}), UsageError);
}

TEST_F(Tools, AttributesAreInterpolated) {
  const Path run = network("infogan", 28);
  const std::string a = "-2,0.5", b = "2,-1", half = "0,-0.25";
  const auto frames = walked(run, {.seeds = {5}, .attributes = {a, b}, .frames = 2});
  ASSERT_EQ(frames.size(), 4u);
  const auto drawn = [&](const std::string& vector) {
    return Sampler(run).grid({.seeds = {5}, .attributes = vector}, 1, 1);
  };
  EXPECT_EQ(frames[0], drawn(a));
  EXPECT_EQ(frames[1], drawn(half));
  EXPECT_EQ(frames[2], drawn(b));
  EXPECT_THROW(walked(run, {.seeds = {5}, .attributes = {"1,2,3"}}), UsageError);
  EXPECT_THROW(walked(run, {.seeds = {5}, .texts = {"a star"}}), UsageError);
}

TEST_F(Tools, ClassEmbeddingsAreInterpolatedAndRestored) {
  const Path run = network("cgan", 28);
  Walker walker(run);
  std::vector<Image> frames, again;
  const WalkRequest request{.seeds = {5}, .classes = {"circle", "star"}, .frames = 12};
  const WalkReport report =
      walker.walk(request, [&](const Image& frame) { frames.push_back(frame); });
  EXPECT_EQ(report.classes, "interpolated");
  ASSERT_EQ(frames.size(), 24u);
  EXPECT_EQ(frames[0], sampled(run, 5, "circle"));
  EXPECT_EQ(frames[12], sampled(run, 5, "star"));
  EXPECT_NE(frames[6], frames[0]);
  EXPECT_EQ(frames[6], frames[18]);  // half-way there and half-way back
  walker.walk(request, [&](const Image& frame) { again.push_back(frame); });
  EXPECT_TRUE(frames == again);
  EXPECT_THROW(walker.walk({.seeds = {5}, .classes = {"squid"}}, [](const Image&) {}), UsageError);
}

TEST_F(Tools, FilmsHoldTheirFrames) {
  const std::vector<Image> frames = shapes(0, 3, 16);
  for (const char* name : {"a.webp", "b.apng", "c.png"}) {
    const auto film = open_video_writer(folder_ / name, {.fps = 30, .quality = -1});
    for (const Image& frame : frames) film->add(frame);
    EXPECT_FALSE(std::filesystem::exists(folder_ / name));
    film->finish();
  }
  const auto read = read_webp_animation(read_file(folder_ / "a.webp"), "");
  ASSERT_EQ(read.size(), 3u);
  EXPECT_EQ(read[0].milliseconds + read[1].milliseconds + read[2].milliseconds, 100);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(on_background(read[i].image, {0, 0, 0}), frames[i]);
  EXPECT_EQ(read_image(read_file(folder_ / "b.apng"), ""), frames[0]);
  EXPECT_THROW(open_video_writer("x.gif"), UsageError);
}

TEST_F(Tools, AProjectionFindsWhatTheNetworkDrew) {
  const Path run = network("dcgan", 28), target = folder_ / "target.png";
  write_file(target, write_png(sampled(run, 77)));
  const ProjectionRequest request{
      .network = run, .target = target, .starts = 4, .steps = 150, .lr = 0.1};
  const Projection p = project(request);
  EXPECT_EQ(p.target, sampled(run, 77));
  EXPECT_LT(p.rms, 0.7 * p.rms_at_start);
  ASSERT_EQ(p.losses.size(), 4u);
  EXPECT_EQ(p.losses[0].size(), 151u);
  for (const auto& losses : p.losses) EXPECT_LT(losses.back(), losses.front());
  EXPECT_NEAR(p.psnr, -20 * std::log10(p.rms), 1e-9);
  EXPECT_EQ(project(request).latent, p.latent);
  EXPECT_THROW(project({.network = run, .target = target, .label = "circle"}), UsageError);
}

TEST_F(Tools, ACopyOfATrainingImageIsItsOwnNeighbour) {
  const std::vector<Image> samples = {shapes(7, 1, 16)[0], shapes(21'000 - 2000, 1, 16)[0]};
  const MemorizationReport report = nearest_training_images(samples, "shapes", {.limit = 600}, 3);
  EXPECT_EQ(report.data_size, 600);
  ASSERT_EQ(report.neighbours.size(), 2u);
  EXPECT_EQ(report.neighbours[0][0].number, 7);
  EXPECT_LT(report.neighbours[0][0].distance, 1e-6);
  EXPECT_EQ(report.share_below(report.neighbours[0][0].distance), 0);
  EXPECT_GT(report.neighbours[1][0].distance, 0.001);
  EXPECT_LE(report.neighbours[1][0].distance, report.neighbours[1][1].distance);
  ASSERT_EQ(report.images.size(), 8u);
  EXPECT_EQ(report.images[1], samples[0]);
  ASSERT_EQ(report.real_distances.size(), 256u);
  EXPECT_GT(report.real_distances.front(), 0);  // no image is its own neighbour
  EXPECT_EQ(report.share_below(10), 1);
}

TEST_F(Tools, TheDetectorTellsGeneratedFromRealAndIsCalibrated) {
  const Path run = network("dcgan", 28);
  // The run says what it was trained on.
  const Detector detector({.network = run, .steps = 60, .limit = 240});
  EXPECT_EQ(detector.protocol().data, "shapes");
  EXPECT_EQ(detector.protocol().discriminator_unusable, "");
  EXPECT_EQ(detector.protocol().calibrated_real, 60);
  EXPECT_GT(detector.protocol().accuracy, 0.9);
  std::vector<double> real, fake;
  for (const DetectionScore& s : detector.scores(shapes(5000, 60, 28)))
    real.push_back(s.probability);
  for (const DetectionScore& s : detector.scores(detector.generate(60)))
    fake.push_back(s.probability);
  EXPECT_GT(roc(real, fake).auc, 0.97);
  for (const double p : fake) EXPECT_TRUE(p >= 0 && p <= 1);
  // A bare file names no data.
  const Path alone = folder_ / "alone.safetensors";
  std::filesystem::copy_file(RunDirectory(run).best_network(), alone);
  EXPECT_THROW(Detector({.network = alone}), UsageError);
  EXPECT_THROW(Detector({.network = alone, .data = "ring-8"}), Error);
}

TEST_F(Tools, TheRealFakeClassifierScoresRealImagesHigher) {
  const std::vector<Image> real = shapes(0, 40, 16);
  std::vector<Image> fake = shapes(100, 40, 16);
  for (Image& image : fake)
    for (uint8_t& value : image.pixels) value = static_cast<uint8_t>(value / 2);
  RealFakeClassifier classifier(16, 16, 3), again(16, 16, 3);
  classifier.fit(real, fake, 60);
  again.fit(real, fake, 60);
  EXPECT_EQ(classifier.realness(fake), again.realness(fake));
  const auto mean = [](const std::vector<double>& all) {
    return std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(all.size());
  };
  EXPECT_GT(mean(classifier.realness(real)), 1);
  EXPECT_LT(mean(classifier.realness(fake)), -1);
  EXPECT_THROW(classifier.realness(shapes(0, 1, 28)), Error);
}

TEST_F(Tools, ReportsByKindCountSignificantPValues) {
  std::vector<LabelledImage> images;
  for (const auto& [kind, p_value] :
       {std::pair{"real", 0.5}, {"real", 0.04}, {"blur", 0.05}, {"blur", 0.2}, {"", 0.01}})
    images.push_back({.name = "", .kind = kind, .image = {}, .score = {.p_value = p_value}});
  EXPECT_EQ(detection_rate(images, "real"), 0.5);
  const auto kinds = report_by_kind(images, false);
  ASSERT_EQ(kinds.size(), 1u);
  EXPECT_EQ(kinds.at("blur").images, 2);
  EXPECT_EQ(kinds.at("blur").detection_rate, 0.5);
  EXPECT_EQ(kinds.at("blur").combined.auc, 0.5);  // 0.05 < 0.5, 0.2 < 0.5; 0.04 below both
  images.erase(images.begin(), images.begin() + 2);
  EXPECT_TRUE(report_by_kind(images, false).empty());
}

TEST_F(Tools, NoiseByTheGradientFoolsMoreThanNoiseByLot) {
  const FgsmRequest request{.data = "shapes",
                            .source = {.image_size = 16},
                            .classifier = folder_ / "classifier.safetensors",
                            .images = {0, 3},
                            .epsilon = 0.08,
                            .steps = 600,
                            .limit = 200};
  const FgsmReport first = fgsm(request);
  EXPECT_TRUE(first.trained);
  EXPECT_GT(first.accuracy, 0.6);
  EXPECT_LT(first.adversarial_accuracy, first.accuracy - 0.3);
  EXPECT_GT(first.random_accuracy, first.adversarial_accuracy + 0.2);
  ASSERT_EQ(first.examples.size(), 2u);
  const AdversarialExample& one = first.examples[1];
  EXPECT_EQ(one.image, 3);
  int largest = 0;
  for (size_t i = 0; i < one.original.pixels.size(); ++i)
    largest = std::max(largest, std::abs(one.original.pixels[i] - one.perturbed.pixels[i]));
  EXPECT_GT(largest, 15);
  EXPECT_LE(largest, 21);  // 0.08 of 255, rounded

  const FgsmReport second = fgsm(request);
  EXPECT_FALSE(second.trained);
  EXPECT_EQ(second.adversarial_accuracy, first.adversarial_accuracy);
  EXPECT_EQ(second.examples[1].perturbed, one.perturbed);
  FgsmRequest other = request;
  other.steps = 10;
  EXPECT_THROW(fgsm(other), Error);  // not what the file holds
  other = request;
  other.images = {1'000'000};
  EXPECT_THROW(fgsm(other), UsageError);
}

}  // namespace
}  // namespace gannet::test
