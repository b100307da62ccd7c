#include "gannet/base/options.h"
#include "gannet/base/spelling.h"
#include "gannet/base/toml.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "gannet/base/error.h"

namespace gannet {
namespace {

using Json = nlohmann::json;

struct Common : Fields {
  int64_t batch = 64;
  uint64_t seed = 0;
  double lr = 2e-4, r1 = -1, free = 0;
  int64_t workers = -1;
  bool mirror = false;
  std::string loss = "ns", desc, data = "ring-8", outdir = "runs";

  void fields(FieldVisitor& visitor) override {
    visitor.field("batch", batch,
                  {.help = "images a step", .unit = "images", .min = 1, .max = 4096});
    visitor.field("seed", seed, {.help = "the run's seed"});
    visitor.field("lr", lr, {.help = "learning rate", .min = 0, .max = 1});
    visitor.field("r1", r1, {.help = "weight", .min = 0, .automatic = true});
    visitor.field("threads", workers, {.help = "threads", .min = 1, .automatic = true});
    visitor.field("free", free, {.help = "anything"});
    visitor.field("mirror", mirror, {.help = "flip"});
    visitor.field("loss", loss, {.help = "the game", .choices = {"ns", "minimax", "hinge"}});
    visitor.field("desc", desc, {.help = "a note"});
    visitor.field("data", data, {.help = "what to learn"});
    visitor.field("outdir", outdir, {.help = "where runs go"});
  }
};

struct Derived : Common {
  int64_t nz = 100, n_critic = 1;

  void fields(FieldVisitor& visitor) override {
    Common::fields(visitor);
    visitor.field("nz", nz, {.help = "latents", .min = 1});
    visitor.field("n-critic", n_critic, {.help = "D steps a G step", .min = 1});
  }
};

// "WHAT: WHERE | HINT" of the UsageError that `action` throws.
template <typename Action>
std::string usage_error(Action action) {
  try {
    action();
  } catch (const UsageError& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return "no error";
}

std::string set_error(std::string_view name, std::string_view text, std::string_view where = "") {
  Derived options;
  const Json before = to_json(options);
  const std::string error = usage_error([&] { set_field(options, name, text, where); });
  EXPECT_EQ(to_json(options), before) << "a refused value must change nothing";
  return error;
}

std::string json_error(const Json& json, const std::vector<std::string>& ignored = {}) {
  Derived options;
  return usage_error([&] { from_json(options, json, "run.toml", ignored); });
}

TEST(SetField, SetsEachType) {
  Derived options;
  set_field(options, "batch", "128");
  set_field(options, "seed", "18446744073709551615");
  set_field(options, "lr", "1e-4");
  set_field(options, "free", "-.5");
  set_field(options, "mirror", "1");
  set_field(options, "loss", "hinge");
  set_field(options, "desc", " as typed ");
  set_field(options, "nz", "7");
  EXPECT_EQ(options.batch, 128);
  EXPECT_EQ(options.seed, UINT64_MAX);
  EXPECT_EQ(options.lr, 1e-4);
  EXPECT_EQ(options.free, -0.5);
  EXPECT_TRUE(options.mirror);
  EXPECT_EQ(options.loss, "hinge");
  EXPECT_EQ(options.desc, " as typed ");
  EXPECT_EQ(options.nz, 7);
}

TEST(SetField, TakesUnderscoresForDashes) {
  Derived options;
  set_field(options, "n_critic", "5");
  EXPECT_EQ(options.n_critic, 5);
}

TEST(SetField, TakesTheFourWordsOfABoolean) {
  Derived options;
  for (const auto& [text, value] :
       {std::pair("true", true), {"false", false}, {"1", true}, {"0", false}}) {
    set_field(options, "mirror", text);
    EXPECT_EQ(options.mirror, value) << text;
  }
}

TEST(SetField, TakesAutoWhereARuleMayChoose) {
  Derived options;
  options.r1 = 3;
  options.workers = 3;
  set_field(options, "r1", "auto");
  set_field(options, "threads", "auto");
  EXPECT_EQ(options.r1, -1);
  EXPECT_EQ(options.workers, -1);
  EXPECT_EQ(set_error("lr", "auto"), "expected a number, found 'auto': lr | ");
}

TEST(SetField, NumbersAreReadWhole) {
  for (const char* text : {"", " 1", "1 ", "1.5", "1e3", "0x10", "+1", "1,5", "one", "--1"}) {
    EXPECT_EQ(set_error("batch", text, "--batch"),
              "expected a whole number, found '" + std::string(text) + "': --batch | ");
  }
  for (const char* text : {"", " 1", "0x1p3", "1e", "1.2.3", "nan", "inf", "-inf", "infinity"}) {
    EXPECT_EQ(set_error("free", text),
              "expected a number, found '" + std::string(text) + "': free | ");
  }
  EXPECT_EQ(set_error("seed", "-1"), "expected a whole number from 0, found '-1': seed | ");
  EXPECT_EQ(set_error("batch", "9223372036854775808"),
            "'9223372036854775808' does not fit in 64 bits: batch | ");
  EXPECT_EQ(set_error("free", "1e400"), "'1e400' does not fit in 64 bits: free | ");
  EXPECT_EQ(set_error("mirror", "yes"), "expected true or false, found 'yes': mirror | ");
  EXPECT_EQ(set_error("threads", "x"), "expected a whole number or auto, found 'x': threads | ");
}

TEST(SetField, RefusesWhatIsOutOfRange) {
  EXPECT_EQ(set_error("batch", "0", "--batch"),
            "0 is out of range, expected from 1 to 4096 images: --batch | ");
  EXPECT_EQ(set_error("batch", "4097"),
            "4097 is out of range, expected from 1 to 4096 images: batch | ");
  EXPECT_EQ(set_error("lr", "-1"), "-1 is out of range, expected from 0 to 1: lr | ");
  EXPECT_EQ(set_error("r1", "-2"), "-2 is out of range, expected at least 0, or auto: r1 | ");
  EXPECT_EQ(set_error("nz", "0"), "0 is out of range, expected at least 1: nz | ");
}

TEST(SetField, RefusesAnUnknownChoiceAndNamesTheNearest) {
  EXPECT_EQ(set_error("loss", "hing", "--loss"),
            "unknown value 'hing', expected one of ns, minimax, hinge: --loss | "
            "did you mean hinge?");
  EXPECT_EQ(set_error("loss", "x", "--loss"),
            "unknown value 'x', expected one of ns, minimax, hinge: --loss | ");
}

TEST(SetField, RefusesTextThatIsNotUtf8) {
  EXPECT_EQ(set_error("desc", "caf\xe9"), "expected a text in UTF-8: desc | ");
}

TEST(SetField, NamesTheNearestOptionForAnUnknownOne) {
  EXPECT_EQ(set_error("bacth", "1", "--bacth"), "unknown option: --bacth | did you mean --batch?");
  EXPECT_EQ(set_error("n-critics", "1"), "unknown option: n-critics | did you mean n-critic?");
  EXPECT_EQ(set_error("quite-different", "1"), "unknown option: quite-different | ");
}

TEST(SetField, KnowsWhatOtherToolsCallAnOption) {
  const std::pair<const char*, const char*> names[] = {
      {"batch-size", "batch"},   {"batch_size", "batch"},  {"latent_dim", "nz"},
      {"learning_rate", "lr"},   {"dataroot", "data"},     {"dataset", "data"},
      {"results_dir", "outdir"}, {"output-dir", "outdir"},
  };
  for (const auto& [there, here] : names) {
    const std::string typed = "--" + std::string(there);
    EXPECT_EQ(set_error(there, "1", typed),
              "unknown option: " + typed + " | it is called --" + here + " here");
  }
  EXPECT_EQ(set_error("channels", "3", "--channels"),
            "unknown option: --channels | channels are taken from the data");
  EXPECT_EQ(set_error("workers", "2", "--workers"),
            "unknown option: --workers | it is called --threads here: "
            "images are loaded on a thread of their own");
}

TEST(SetField, KnowsOldAndForeignNamesOfTheOptionsThatWereRenamed) {
  struct Renamed : Fields {
    int64_t size = 0, rounds = 1;
    std::string attributes, type, images;
    bool with_input = false;
    void fields(FieldVisitor& visitor) override {
      visitor.field("image-size", size, {.help = "side"});
      visitor.field("accumulate", rounds, {.help = "rounds"});
      visitor.field("attributes", attributes, {.help = "numbers"});
      visitor.field("cond-type", type, {.help = "what"});
      visitor.field("images", images, {.help = "which"});
      visitor.field("with-input", with_input, {.help = "columns"});
    }
  } fields;
  const std::pair<const char*, const char*> names[] = {
      {"img_size", "image-size"}, {"imageSize", "image-size"}, {"resolution", "image-size"},
      {"vector", "attributes"},   {"vectors", "attributes"},   {"by", "cond-type"},
      {"beside", "with-input"},   {"pictures", "images"}};
  for (const auto& [old, now] : names)
    EXPECT_EQ(usage_error([&] { set_field(fields, old, "1", "--" + std::string(old)); }),
              "unknown option: --" + std::string(old) + " | it is called --" + now + " here");
  EXPECT_EQ(usage_error([&] { set_field(fields, "batch-gpu", "8", "--batch-gpu"); }),
            "unknown option: --batch-gpu | it is called --accumulate here: batch divided by the "
            "batch of a GPU");
  set_field(fields, "image-size", "64", "--image-size");
  EXPECT_EQ(fields.size, 64);
}

TEST(SetField, SizesAreASideOrWidthByHeight) {
  struct Sized : Fields {
    ImageSize size = -1;
    void fields(FieldVisitor& visitor) override {
      visitor.field("size", size,
                    {.help = "size", .unit = "pixels", .min = 4, .max = 1024, .automatic = true});
    }
  } fields;
  EXPECT_EQ(to_json(fields)["size"], "auto");
  set_field(fields, "size", "64");
  EXPECT_EQ(fields.size, ImageSize(64, 64));
  EXPECT_EQ(to_json(fields)["size"], 64);
  set_field(fields, "size", "128x64");
  EXPECT_EQ(fields.size, ImageSize(128, 64));
  EXPECT_EQ(to_json(fields)["size"], "128x64");
  EXPECT_EQ(list_fields(fields)[0].value, "128x64");
  from_json(fields, {{"size", 32}}, "a.json");
  EXPECT_EQ(fields.size, ImageSize(32));
  from_json(fields, {{"size", "48x32"}}, "a.json");
  EXPECT_EQ(fields.size, ImageSize(48, 32));
  set_field(fields, "size", "auto");
  EXPECT_EQ(fields.size, -1);
  const auto error = [&](const char* text) {
    return usage_error([&] { set_field(fields, "size", text, "--size"); });
  };
  for (const char* text : {"", "x", "64x", "x64", "64x64x64", "64 x 64", "6.5", "axb", "0x"})
    EXPECT_EQ(error(text), "expected a side or WIDTHxHEIGHT or auto, found '" + std::string(text) +
                               "': --size | ");
  EXPECT_EQ(error("2"), "2 is out of range, expected from 4 to 1024 pixels, or auto: --size | ");
  EXPECT_EQ(error("64x2000"),
            "2000 is out of range, expected from 4 to 1024 pixels, or auto: --size | ");
  EXPECT_THROW(from_json(fields, {{"size", 1.5}}, "a.json"), UsageError);
}

TEST(SetField, DoesNotOfferAnOptionThatThisCommandLacks) {
  EXPECT_EQ(set_error("n_epochs", "1"), "unknown option: n_epochs | ");  // there is no kimg here
  EXPECT_EQ(set_error("resolution", "1"), "unknown option: resolution | ");  // not "--rate" or so
}

TEST(ListFields, SaysWhatHelpAndFormsNeed) {
  Derived options;
  const std::vector<FieldText> list = list_fields(options);
  ASSERT_EQ(list.size(), 13u);
  EXPECT_EQ(list[0].name, "batch");
  EXPECT_EQ(list[0].type, "int");
  EXPECT_EQ(list[0].value, "64");
  EXPECT_EQ(list[0].help, "images a step");
  EXPECT_EQ(list[0].unit, "images");
  EXPECT_EQ(list[0].range, "from 1 to 4096 images");
  EXPECT_EQ(list[0].min, 1);
  EXPECT_EQ(list[0].max, 4096);
  EXPECT_FALSE(list[0].automatic);
  EXPECT_EQ(list[1].type, "uint");
  EXPECT_EQ(list[2].type, "float");
  EXPECT_EQ(list[2].value, "0.0002");
  EXPECT_EQ(list[3].value, "auto");
  EXPECT_TRUE(list[3].automatic);
  EXPECT_EQ(list[5].range, "");
  EXPECT_EQ(list[6].type, "bool");
  EXPECT_EQ(list[6].value, "false");
  EXPECT_EQ(list[7].choices, (std::vector<std::string>{"ns", "minimax", "hinge"}));
  EXPECT_EQ(list[12].name, "n-critic");
}

TEST(OptionsJson, WritesEachTypeAsItself) {
  Derived options;
  options.seed = UINT64_MAX;
  const Json json = to_json(options);
  EXPECT_EQ(json.size(), 13u);
  EXPECT_EQ(json["batch"], 64);
  EXPECT_EQ(json["seed"].get<uint64_t>(), UINT64_MAX);
  EXPECT_EQ(json["lr"].dump(), "0.0002");
  EXPECT_EQ(json["r1"], "auto");
  EXPECT_EQ(json["threads"], "auto");
  EXPECT_EQ(json["mirror"], false);
  EXPECT_EQ(json["n-critic"], 1);
}

TEST(OptionsJson, SetsWhatIsThereAndLeavesTheRest) {
  Derived options;
  options.r1 = 5;
  from_json(options, {{"n_critic", 5}, {"lr", 1}, {"r1", "auto"}}, "run.toml");
  EXPECT_EQ(options.n_critic, 5);
  EXPECT_EQ(options.lr, 1.0);
  EXPECT_EQ(options.r1, -1);
  EXPECT_EQ(options.batch, 64);
}

TEST(OptionsJson, RefusesUnknownKeysUnlessIgnored) {
  EXPECT_EQ(json_error({{"bacth", 1}}), "unknown option: bacth in run.toml | did you mean batch?");
  EXPECT_EQ(json_error({{"cfg", "dcgan"}}, {"cfg"}), "no error");
}

TEST(OptionsJson, RefusesWrongTypesAndValues) {
  EXPECT_EQ(json_error({{"batch", "64"}}),
            "expected a whole number, found \"64\": batch in run.toml | ");
  EXPECT_EQ(json_error({{"batch", 64.0}}),
            "expected a whole number, found 64.0: batch in run.toml | ");
  EXPECT_EQ(json_error({{"batch", UINT64_MAX}}),
            "expected a whole number, found 18446744073709551615: batch in run.toml | ");
  EXPECT_EQ(json_error({{"seed", -1}}),
            "expected a whole number from 0, found -1: seed in run.toml | ");
  EXPECT_EQ(json_error({{"mirror", 1}}), "expected true or false, found 1: mirror in run.toml | ");
  EXPECT_EQ(json_error({{"desc", nullptr}}), "expected a text, found null: desc in run.toml | ");
  EXPECT_EQ(json_error({{"lr", true}}), "expected a number, found true: lr in run.toml | ");
  EXPECT_EQ(json_error({{"lr", 2}}), "2 is out of range, expected from 0 to 1: lr in run.toml | ");
  EXPECT_EQ(json_error({{"loss", "wgan"}}),
            "unknown value 'wgan', expected one of ns, minimax, hinge: loss in run.toml | ");
  EXPECT_EQ(json_error({{"n-critic", 1}, {"n_critic", 2}}),
            "option given twice: n_critic in run.toml | ");
  EXPECT_EQ(json_error(Json::array()), "expected options as one JSON object: run.toml | ");
}

RC_GTEST_PROP(OptionsJson, ComesBackAsItWas, ()) {
  Derived options;
  options.batch = *rc::gen::inRange<int64_t>(1, 4097);
  options.seed = *rc::gen::arbitrary<uint64_t>();
  options.lr = *rc::gen::inRange(0, 1 << 30) / double{1 << 30};
  options.r1 = *rc::gen::element(-1.0, 0.0, 1e-300, 10.0);
  const double free = *rc::gen::arbitrary<double>();
  options.free = std::isfinite(free) ? free : 0;
  options.mirror = *rc::gen::arbitrary<bool>();
  options.loss = *rc::gen::element<std::string>("ns", "minimax", "hinge");
  options.desc = *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127));
  options.nz = *rc::gen::inRange<int64_t>(1, INT64_MAX);

  Derived from_text_of_json, from_texts;
  from_json(from_text_of_json, Json::parse(to_json(options).dump()), "here");
  RC_ASSERT(to_json(from_text_of_json) == to_json(options));
  RC_ASSERT(from_text_of_json.free == options.free);
  for (const FieldText& field : list_fields(options)) {
    set_field(from_texts, field.name, field.value);
  }
  RC_ASSERT(to_json(from_texts) == to_json(options));
}

TEST(ReadToml, ReadsFlatOptions) {
  const Json json =
      read_toml("cfg = 'dcgan'  # a comment\nbatch = 128\nlr = 1e-4\nmirror = true\n", "run.toml");
  EXPECT_EQ(json, (Json{{"cfg", "dcgan"}, {"batch", 128}, {"lr", 1e-4}, {"mirror", true}}));
  Derived options;
  from_json(options, json, "run.toml", {"cfg"});
  EXPECT_EQ(options.batch, 128);
  EXPECT_TRUE(options.mirror);
}

TEST(ReadToml, NamesLineAndColumnOfAnError) {
  const auto toml_error = [](std::string_view text) {
    return usage_error([&] { read_toml(text, "run.toml"); });
  };
  EXPECT_NE(toml_error("batch = 1\nlr = \n").find(": run.toml:2:6 |"), std::string::npos)
      << toml_error("batch = 1\nlr = \n");
  EXPECT_NE(toml_error("a = 1\na = 2\n").find(": run.toml:2:"), std::string::npos);
  EXPECT_EQ(toml_error("a = 1\n[table]\nb = 2\n"),
            "expected a text, a finite number or true or false for table: run.toml:2:1 | "
            "options are one flat list: key = value, without [tables]");
  EXPECT_EQ(toml_error("x = [1, 2]"),
            "expected a text, a finite number or true or false for x: run.toml:1:5 | ");
  EXPECT_EQ(toml_error("\nx = nan"),
            "expected a text, a finite number or true or false for x: run.toml:2:5 | ");
  EXPECT_EQ(toml_error("x = 2026-01-01"),
            "expected a text, a finite number or true or false for x: run.toml:1:5 | ");
}

TEST(Nearest, FindsSlipsOfTheFinger) {
  const std::vector<std::string> known = {"batch", "b1",       "b2",   "lr",
                                          "glr",   "n-critic", "kimg", "fashion-mnist"};
  EXPECT_EQ(shell_word("runs/00001-a"), "runs/00001-a");
  EXPECT_EQ(shell_word("my photos"), "'my photos'");
  EXPECT_EQ(shell_word("b r'eed"), R"('b r'\''eed')");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(closest_name("bacth", known), "batch");  // two letters swapped
  EXPECT_EQ(closest_name("batc", known), "batch");   // one dropped
  EXPECT_EQ(closest_name("kimgs", known), "kimg");   // one more
  EXPECT_EQ(closest_name("ncritic", known), "n-critic");
  EXPECT_EQ(closest_name("N_CRITIC", known), "n-critic");
  EXPECT_EQ(closest_name("lr", known), "lr");
  EXPECT_EQ(closest_name("dlr", known), "lr");
  EXPECT_EQ(closest_name("fashion", known), "fashion-mnist");  // its beginning
}

TEST(Nearest, IsSilentWhenNothingIsNear) {
  const std::vector<std::string> known = {"batch", "b1", "lr"};
  EXPECT_EQ(closest_name("seed", known), "");
  EXPECT_EQ(closest_name("", known), "");
  EXPECT_EQ(closest_name("xy", known), "");
  EXPECT_EQ(closest_name(std::string(100000, 'b'), known), "");
  EXPECT_EQ(closest_name("batch", {}), "");
}

}  // namespace
}  // namespace gannet
