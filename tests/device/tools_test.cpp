// Each tool on the strict device gives what it gives on the CPU.
#include <gtest/gtest.h>

#include "device/strict_device.h"
#include "gannet/data/raw_samples.h"
#include "gannet/data/registry.h"
#include "gannet/formats/png.h"
#include "gannet/models/sampler.h"
#include "gannet/tensor/image_grid.h"
#include "gannet/tools/compare.h"
#include "gannet/tools/detector.h"
#include "gannet/tools/fgsm.h"
#include "gannet/tools/interpolation.h"
#include "gannet/tools/memorization.h"
#include "gannet/tools/project.h"
#include "gannet/tools/real_fake_classifier.h"
#include "gannet/tools/reconstruction.h"
#include "support/runs.h"

namespace gannet::test {
namespace {

constexpr int64_t kSide = 32;

class DeviceTools : public RunTest {
 protected:
  Path network(const std::string& cfg, const std::string& data = "shapes") {
    Config config = tiny(cfg, data);
    if (data != "ring-8") config.run.source.image_size = kSide;
    config.options->ngf = config.options->ndf = 4;
    config.options->kimg = 0.032;
    TestScreen listener;
    return train(std::move(config), listener);
  }
  static std::vector<Image> shapes(int64_t first, int64_t n) {
    const auto data = open_dataset("shapes", {.image_size = kSide});
    std::vector<Image> all;
    for (int64_t i = first; i < first + n; ++i)
      all.push_back(draw_grid(read_network_samples(*data, std::vector<int64_t>{i}), 1, 1));
    return all;
  }
  Path picture() {
    const Path file = folder_ / "target.png";
    write_file(file, write_png(shapes(5, 1)[0]));
    return file;
  }
};

// f(device) on both.
template <class F>
void on_both(F f) {
  const auto cpu = f("cpu");
  (void)take_waits();
  const auto strict = f(kStrictDevice);
  EXPECT_EQ(cpu, strict);
  EXPECT_FALSE(take_waits().empty()) << "nothing was computed on the device";
}

TEST_F(DeviceTools, SampleEveryKindOfResult) {
  for (const char* cfg : {"cgan", "infogan"}) {
    const Path run = network(cfg);
    on_both([&](const char* device) {
      Sampler sampler(run, device);
      const SampleRequest request{.seeds = {1, 2, 9}, .label = "0,1"};
      return std::pair(sampler.grid(request, 1, 3), sampler.latents(request));
    });
  }
  const Path points = network("vanilla", "ring-8");
  on_both([&](const char* device) {
    return Sampler(points, device).csv_rows({.seeds = {1, 2, 9}, .truncation = 0.5}, ',');
  });
}

TEST_F(DeviceTools, SampleFromImagesOfAnySize) {
  const auto data = open_dataset("shapes", {.image_size = kSide});
  const Image side_by_side =
      draw_grid(read_network_samples(*data, std::vector<int64_t>{1, 2}), 1, 2);
  for (const char* cfg : {"pix2pix", "srgan"}) {
    const Path run = network(cfg, std::string(cfg) == "srgan" ? "shapes" : "shapes-pairs");
    on_both([&](const char* device) {
      Sampler sampler(run, device);
      sampler.set_input(side_by_side);
      return sampler.grid({.seeds = {4}}, 1, 1);
    });
    on_both([&](const char* device) {
      Sampler sampler(run, device);
      sampler.set_input(std::string(cfg) == "srgan" ? "shapes" : "shapes-pairs",
                        {.image_size = kSide});
      const Image grid = sampler.grid({.seeds = {4, 5}, .with_input = true}, 1, 2);
      const auto quality = sampler.image_quality();
      return std::pair(grid, quality ? quality->outputs.psnr : 0);
    });
  }
}

TEST_F(DeviceTools, Video) {
  for (const char* cfg : {"cgan", "dcgan"}) {
    const Path run = network(cfg);
    on_both([&](const char* device) {
      std::vector<Image> frames;
      Walker(run, device).walk({.seeds = {3, 9}, .frames = 3}, [&](const Image& frame) {
        frames.push_back(frame);
      });
      return frames;
    });
  }
  const Path text = network("text2image");
  on_both([&](const char* device) {
    std::vector<Image> frames;
    Walker(text, device)
        .walk({.seeds = {3}, .texts = {"a red star", "a blue ring"}, .frames = 2},
              [&](const Image& frame) { frames.push_back(frame); });
    return frames;
  });
}

TEST_F(DeviceTools, Project) {
  const Path target = picture();
  for (const char* cfg : {"cgan", "text2image"}) {
    const Path run = network(cfg);
    on_both([&](const char* device) {
      const Projection p = project({.network = run,
                                    .target = target,
                                    .text = std::string(cfg) == "cgan" ? "" : "a red star",
                                    .starts = 2,
                                    .steps = 5,
                                    .device = device});
      return std::tuple(p.latent, p.losses, p.result, p.label);
    });
  }
}

TEST_F(DeviceTools, Compare) {
  on_both([&](const char* device) {
    const Comparison c = compare_samples({.a = {"shapes", {.image_size = kSide}},
                                          .b = {"shapes-pairs", {.image_size = kSide}},
                                          .limit = 40,
                                          .permutations = 19,
                                          .device = device});
    std::vector<std::pair<double, double>> all;
    for (const TwoSampleTest& t : c.tests) all.emplace_back(t.statistic, t.p_value);
    return all;
  });
}

TEST_F(DeviceTools, Detect) {
  for (const char* cfg : {"cgan", "dcgan"}) {
    const Path run = network(cfg);
    on_both([&](const char* device) {
      const Detector detector({.network = run,
                               .data = "shapes",
                               .source = {.image_size = kSide},
                               .steps = 5,
                               .batch = 16,
                               .limit = 80,
                               .device = device});
      std::vector<std::tuple<double, double, double>> all;
      for (const DetectionScore& s : detector.scores(shapes(0, 3)))
        all.emplace_back(s.probability, s.discriminator, s.classifier);
      return std::pair(all, detector.generate(2));
    });
  }
}

TEST_F(DeviceTools, Fool) {
  on_both([&](const char* device) {
    const FgsmReport r = fgsm({.data = "shapes",
                               .source = {.image_size = kSide},
                               .classifier = folder_ / (std::string(device) + ".safetensors"),
                               .images = {2},
                               .steps = 6,
                               .batch = 8,
                               .limit = 20,
                               .device = device});
    return std::tuple(read_text(r.classifier), r.accuracy, r.adversarial_accuracy,
                      r.examples.at(0).perturbed, r.examples.at(0).after.confidence);
  });
}

TEST_F(DeviceTools, Reconstruct) {
  const Path run = network("vae");
  on_both([&](const char* device) {
    const ReconstructionReport r =
        reconstruct(run, "shapes", {.image_size = kSide}, 40, 3, 4, 2, device);
    return std::tuple(r.elbo, r.elbo_error, r.rms_error, r.grid);
  });
}

TEST_F(DeviceTools, NearestTrainingImages) {
  on_both([&](const char* device) {
    const MemorizationReport r = nearest_training_images(
        shapes(40, 2), "shapes", {.image_size = kSide}, 2, /*seed=*/0, device);
    return std::tuple(r.images, r.real_distances, r.neighbours[1][0].number);
  });
}

TEST_F(DeviceTools, TheClassifierOfOtherPrograms) {
  on_both([&](const char* device) {
    RealFakeClassifier classifier(kSide, kSide, 3, /*seed=*/4, device);
    classifier.fit(shapes(0, 12), shapes(20, 12), 4);
    return classifier.realness(shapes(30, 3));
  });
}

}  // namespace
}  // namespace gannet::test
