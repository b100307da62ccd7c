// --cfg auto: what it chooses for which data, that every choice has its reason, and that what a
// user sets overrides it.
#include "gannet/runs/auto_config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "support/memory_dataset.h"

namespace gannet {
namespace {

const Decision* decision(const Config& config, const std::string& name) {
  const auto found = std::ranges::find(config.decisions, name, &Decision::name);
  return found == config.decisions.end() ? nullptr : &*found;
}

std::string value(Config& config, const std::string& name) {
  for (const FieldText& field : list_fields(*config.options))
    if (field.name == name) return field.value;
  ADD_FAILURE() << "no option " << name;
  return "";
}

TEST(Auto, GivesEveryChoiceItsReasonAndSetsIt) {
  for (const auto& [dims, classes, size] :
       {std::tuple{Shape{2}, 0, 1000}, {Shape{1, 28, 28}, 10, 60000}, {Shape{3, 64, 64}, 0, 300}}) {
    Config config = auto_config(test::data_info(dims, classes), size);
    EXPECT_EQ(config.cfg, "r3gan");
    EXPECT_GE(config.decisions.size(), 3u);
    for (const Decision& d : config.decisions) {
      EXPECT_GT(d.reason.size(), 10u) << d.name;
      if (d.name != "cfg") {
        EXPECT_EQ(value(config, d.name), d.value) << d.name;
      }
    }
  }
}

TEST(Auto, TakesTheRecipeOfTheKindOfData) {
  Config audio = auto_config(test::data_info({1, 8192}, 5), 2000);
  EXPECT_EQ(audio.cfg, "wavegan");
  EXPECT_EQ(value(audio, "spectrum"), "true");
  EXPECT_EQ(value(audio, "cond"), "true");
  EXPECT_EQ(value(audio, "aug"), "color,translation") << "2000 are few";
  Config videos = auto_config(test::data_info({3, 16, 32, 32}), 2000);
  EXPECT_EQ(videos.cfg, "video");
  EXPECT_EQ(value(videos, "cond"), "false");
  DatasetInfo pairs = test::data_info({3, 64, 64});
  pairs.input_image = {1, 64, 64};
  EXPECT_EQ(auto_config(pairs, 2000).cfg, "pix2pix");
}

// Few points would be learned by heart at the distances that many are learned at.
TEST(Auto, LooksCloserAtManyPoints) {
  Config many = auto_config(test::data_info({2}), 100000),
         few = auto_config(test::data_info({2}), 5000), rows = default_config("r3gan");
  apply_preset(rows, test::data_info({5}), 100000);  // of a table
  EXPECT_EQ(value(many, "g-fourier"), "5");
  EXPECT_EQ(value(many, "latent-signs"), "false");
  EXPECT_EQ(value(rows, "g-fourier"), "0");
  EXPECT_EQ(value(rows, "latent-signs"), "true");
  EXPECT_EQ(value(rows, "schedule"), "exponential");
  EXPECT_EQ(value(many, "schedule"), "exponential");
  EXPECT_EQ(value(few, "g-fourier"), "0");
  EXPECT_EQ(value(few, "latent-signs"), "false");
  EXPECT_EQ(decision(few, "gamma-end"), nullptr);
  drop_conflicting_defaults(many, {"gamma"});
  EXPECT_EQ(decision(many, "gamma-end"), nullptr);
}

TEST(Auto, LearnsClassesWhereThereAre) {
  EXPECT_NE(decision(auto_config(test::data_info({1, 28, 28}, 10), 60000), "cond"), nullptr);
  EXPECT_EQ(decision(auto_config(test::data_info({1, 28, 28}), 60000), "cond"), nullptr);
}

TEST(Auto, AugmentsFewImagesAndMirrorsColourOnes) {
  Config few = auto_config(test::data_info({3, 64, 64}), 300);
  EXPECT_EQ(value(few, "aug"), "color,translation,cutout");
  EXPECT_EQ(value(few, "mirror"), "true");
  Config grey = auto_config(test::data_info({1, 28, 28}), 300);
  EXPECT_EQ(value(grey, "aug"), "translation,cutout") << "grey has no colours to change";
  EXPECT_EQ(value(grey, "mirror"), "false") << "digits and letters do not mirror";
  Config many = auto_config(test::data_info({3, 64, 64}), 100000);
  EXPECT_EQ(value(many, "aug"), "none");
  EXPECT_EQ(value(many, "mirror"), "false");
}

TEST(Auto, TakesOtherSettingsForLargerImages) {
  Config small = auto_config(test::data_info({1, 28, 28}), 60000);
  Config large = auto_config(test::data_info({3, 64, 64}), 60000);
  EXPECT_EQ(value(small, "gamma"), "1");
  EXPECT_EQ(value(large, "gamma"), "4");
  EXPECT_EQ(value(small, "batch"), "32");
  EXPECT_EQ(value(large, "batch"), "16");
  EXPECT_EQ(value(large, "resample"), "learned");
}

TEST(Preset, AutoAndTheRecipeItselfAgree) {
  for (const auto& [dims, classes] :
       {std::pair{Shape{2}, 0}, {Shape{1, 28, 28}, 10}, {Shape{1, 8192}, 5}}) {
    const DatasetInfo info = test::data_info(dims, classes);
    Config by_auto = auto_config(info, 1000), by_name = default_config(by_auto.cfg);
    apply_preset(by_name, info, 1000);
    EXPECT_EQ(to_json(by_auto), to_json(by_name));
    EXPECT_EQ(by_auto.decisions.size(), by_name.decisions.size() + 1);  // cfg
  }
}

TEST(Preset, PaperChangesNothing) {
  const DatasetInfo info = test::data_info({1, 28, 28}, 10);
  Config paper = default_config("dcgan"), changed = default_config("dcgan");
  paper.run.preset = changed.run.preset = "paper";
  apply_preset(changed, info, 60000);
  EXPECT_EQ(to_json(changed), to_json(paper));
  EXPECT_TRUE(changed.decisions.empty());
  changed.run.preset = "default";
  apply_preset(changed, info, 60000);
  EXPECT_EQ(value(changed, "ndf"), "32");
  EXPECT_NE(decision(changed, "ndf"), nullptr);
}

TEST(Preset, SaysWhereARecipeHasOneSetOfValues) {
  const auto says = [](const char* cfg, const char* preset) {
    RunOptions run;
    run.data = "shapes";
    run.preset = preset;
    const Config config = config_for_data(cfg, run);
    return decision(config, "preset") != nullptr;
  };
  EXPECT_TRUE(says("vae", "paper"));
  EXPECT_FALSE(says("vae", "default"));
  EXPECT_FALSE(says("dcgan", "paper"));
}

// Their networks were once the only ones.
TEST(Preset, OfImageToImageRecipesHasItsNetworks) {
  const auto values = [](const char* cfg, const std::vector<const char*>& names) {
    Config config = default_config(cfg);
    apply_preset(config, test::data_info({3, 64, 64}), 2000);
    resolve(config);
    std::string text;
    for (const char* name : names) text += value(config, name) + " ";
    return text;
  };
  EXPECT_EQ(values("pix2pix", {"ngf", "ndf", "batch", "patch", "g-norm", "d-norm", "kimg", "glr"}),
            "32 32 8 34 batch batch 60 0.0002 ");
  EXPECT_EQ(values("srgan", {"ngf", "ndf", "batch", "blocks", "g-norm", "kimg", "glr", "dlr"}),
            "32 16 16 8 none 60 0.0005 0.0002 ");
}

TEST(Preset, YieldsToOptionsThatItWouldDefeat) {
  Config config = default_config("dcgan");
  apply_preset(config, test::data_info({1, 28, 28}), 60000);
  ASSERT_NE(decision(config, "glr"), nullptr);
  drop_conflicting_defaults(config, {"lr", "seed"});
  EXPECT_EQ(decision(config, "glr"), nullptr);
  EXPECT_EQ(value(config, "glr"), "auto");
  EXPECT_NE(decision(config, "ndf"), nullptr);
}

TEST(Auto, StepsBackFromWhatTheUserSets) {
  Config config = auto_config(test::data_info({2}), 1000);
  ASSERT_NE(decision(config, "gamma"), nullptr);
  ASSERT_NE(decision(config, "batch"), nullptr);
  set_field(*config.options, "gamma", "7");
  resolve(config);
  EXPECT_EQ(decision(config, "gamma"), nullptr);
  EXPECT_NE(decision(config, "batch"), nullptr);
  EXPECT_EQ(value(config, "gamma"), "7");
}

TEST(Auto, SurvivesTheWayThroughOptionsJson) {
  Config config = auto_config(test::data_info({2}), 1000);
  Config again = config_from_json(to_json(config), "options.json");
  EXPECT_EQ(again.cfg, "r3gan");
  EXPECT_EQ(value(again, "gamma"), value(config, "gamma"));
}

}  // namespace
}  // namespace gannet
