// gannet classifier: trains a classifier of images, whose features and scores metrics take.
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/device.h"
#include "cli/format.h"
#include "cli/progress.h"
#include "cli/source.h"
#include "cli/threads.h"
#include "gannet/base/error.h"
#include "gannet/evaluation/feature_net_training.h"

namespace gannet::cli {
namespace {

struct ClassifierFields : Fields {
  FeatureNetTraining training;
  std::string out;
  int64_t threads = -1;
  bool json = false;

  void fields(FieldVisitor& v) override {
    v.field("data", training.data, {.help = "labelled images with a part to test on"});
    v.field("out", out, {.help = "the file, for gannet eval --features FILE"});
    v.field("steps", training.steps, {.help = "training steps", .min = 1, .max = 1e7});
    v.field("batch", training.batch, {.help = "images in a batch", .min = 2, .max = 1e5});
    v.field("lr", training.lr, {.help = "Adam's rate, falling to 0", .min = 1e-8, .max = 1});
    v.field("shift", training.shift,
            {.help = "images are moved by up to so many pixels; auto: a fourteenth of the side",
             .min = 0,
             .max = 64,
             .automatic = true});
    v.field("mirror", training.mirror, {.help = "images are flipped left-right at random"});
    v.field("average", training.average,
            {.help = "half-life of the average of the weights, in steps; 0: none",
             .min = 0,
             .max = 1e6});
    v.field("width", training.width,
            {.help = "channels of the first convolution", .min = 1, .max = 256});
    v.field("n-features", training.features,
            {.help = "units of the layer that is compared by", .min = 2, .max = 4096});
    v.field("seed", training.seed, {.help = "of weights, order and shifts"});
    v.field("json", json, {.help = "print one JSON document"});
    v.field("threads", threads,
            {.help = "threads of tensor operators", .min = 1, .max = 1024, .automatic = true});
    device_field(v, training.device);
    source_fields(v, training.source);
  }
};

}  // namespace

int run_classifier(const Arguments& arguments) {
  ClassifierFields options;
  if (!parse({.program = "gannet classifier",
              .summary = "Trains a classifier of images, whose features and scores gannet eval "
                         "--features takes.",
              .groups = {{"Options", &options}},
              .footer = "Example: gannet classifier --data photos --image-size 32 --out "
                        "photos-net.safetensors",
              .not_empty = {"data", "out"}},
             arguments))
    return 0;
  if (options.out.empty())
    throw UsageError("no file: --out is missing", "gannet classifier", "--out net.safetensors");
  options.training.out = options.out;
  options.threads = chosen_threads(options.threads);
  set_threads(options.threads);
  options.training.source.threads = options.threads;
  options.training.device = chosen_device(options.training.device, options.json);
  LiveLine live;
  const FeatureNetReport report = train_feature_net(options.training, [&](const std::string& line) {
    if (!options.json) live.show(line);
  });
  live.clear();
  if (options.json)
    print(nlohmann::ordered_json{{"test_accuracy", report.test_accuracy},
                                 {"test_images", report.test_images},
                                 {"parameters", report.parameters},
                                 {"file", options.out}}
              .dump(2) +
          "\n");
  else
    print(options.out + ": " + number(100 * report.test_accuracy, "%.2f%%") + " of " +
          std::to_string(report.test_images) + " test images are classified correctly\n");
  return 0;
}

}  // namespace gannet::cli
