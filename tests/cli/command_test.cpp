#include "cli/command.h"

#include <gtest/gtest.h>

#include "gannet/base/error.h"

namespace gannet::cli {
namespace {

struct TestOptions : Fields {
  int64_t batch = 64, n_critic = 1;
  double lr = 2e-4;
  bool mirror = false, dry_run = false;
  std::string desc = "as it was", out;

  void fields(FieldVisitor& visitor) override {
    visitor.field("batch", batch, {.help = "images a step", .unit = "images", .min = 1});
    visitor.field("n-critic", n_critic, {.help = "D steps a G step"});
    visitor.field("lr", lr, {.help = "learning rate", .min = -1, .max = 1});
    visitor.field("mirror", mirror, {.help = "flip"});
    visitor.field("dry-run", dry_run, {.help = "only say what would be done"});
    visitor.field("desc", desc, {.help = "a note"});
    visitor.field("out", out, {.help = "the file"});
  }
};

struct Parsed {
  TestOptions options;
  std::vector<std::string> sources, files;
  std::string error, hint;  // "" when all went well
};

Parsed parsed(const Arguments& arguments) {
  Parsed result;
  try {
    parse(
        {.program = "gannet test",
         .summary = "A command.",
         .groups = {{"Options", &result.options}},
         .positionals = {{"SRC", "what", &result.sources}, {"FILE", "more", &result.files, 0, 2}}},
        arguments);
  } catch (const UsageError& error) {
    result.error = error.what();
    result.hint = error.hint();
  }
  return result;
}

TEST(Parse, TakesBothFormsOfAValue) {
  for (const Arguments& arguments :
       {Arguments{"src", "--lr", "1e-4"}, {"src", "--lr=1e-4"}, {"--lr", "1e-4", "src"}}) {
    const Parsed result = parsed(arguments);
    EXPECT_EQ(result.error, "");
    EXPECT_EQ(result.options.lr, 1e-4);
    EXPECT_EQ(result.sources, std::vector<std::string>{"src"});
  }
}

TEST(Parse, LeavesWhatIsNotGiven) {
  EXPECT_EQ(parsed({"src"}).options.desc, "as it was");
  EXPECT_EQ(parsed({"src"}).options.batch, 64);
}

TEST(Parse, TakesBooleansBareAndWithAValue) {
  EXPECT_TRUE(parsed({"src", "--mirror"}).options.mirror);
  EXPECT_TRUE(parsed({"src", "--mirror=1"}).options.mirror);
  EXPECT_TRUE(parsed({"src", "--mirror=true"}).options.mirror);
  EXPECT_FALSE(parsed({"src", "--mirror", "--mirror=0"}).options.mirror);
  EXPECT_EQ(parsed({"--mirror", "src"}).sources, std::vector<std::string>{"src"});
  EXPECT_EQ(parsed({"src", "--mirror=maybe"}).error,
            "expected true or false, found 'maybe': --mirror");
}

TEST(Parse, KnowsTheShortNameOfDryRun) { EXPECT_TRUE(parsed({"src", "-n"}).options.dry_run); }

TEST(Parse, TakesUnderscoresAndTheLastOfSeveral) {
  const Parsed result = parsed({"src", "--n_critic=3", "--n-critic", "5", "--desc", "a_b"});
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(result.options.n_critic, 5);
  EXPECT_EQ(result.options.desc, "a_b");
}

TEST(Parse, TakesNegativeNumbers) {
  for (const char* text : {"-1", "-0.5", "-.5", "-1e-4"}) {
    for (const Arguments& arguments :
         {Arguments{"src", "--lr", text}, {"src", "--lr=" + std::string(text)}}) {
      const Parsed result = parsed(arguments);
      EXPECT_EQ(result.error, "") << text;
      EXPECT_EQ(result.options.lr, std::stod(text));
    }
  }
}

TEST(Parse, TakesTextsAsTheyAre) {
  for (const char* text : {"-", "[a,b]", "{}", "\"q\"", "a=b", "a,b", " ", "%%", "x # y"}) {
    EXPECT_EQ(parsed({"src", "--desc", text}).options.desc, text);
    EXPECT_EQ(parsed({text}).sources, std::vector<std::string>{text});
  }
  EXPECT_EQ(parsed({"src", "--desc", ""}).options.desc, "");
  EXPECT_EQ(parsed({"src", "--desc=-x"}).options.desc, "-x");
}

TEST(Parse, AnEmptyValueIsAValue) {
  const Parsed result = parsed({"--desc=", "src"});
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(result.options.desc, "");
  EXPECT_EQ(result.sources, std::vector<std::string>{"src"});
}

TEST(Parse, EndsOptionsAtTwoDashes) {
  const Parsed result = parsed({"--mirror", "--", "--lr", "-n"});
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(result.sources, std::vector<std::string>{"--lr"});
  EXPECT_EQ(result.files, std::vector<std::string>{"-n"});
}

TEST(Parse, NamesAMissingValue) {
  EXPECT_EQ(parsed({"src", "--lr"}).error, "a value is missing: --lr");
  EXPECT_EQ(parsed({"src", "--lr", "--mirror"}).error, "a value is missing: --lr");
}

TEST(Parse, AnEmptyTextIsNoValueWhereTheCommandSaysSo) {
  TestOptions options;
  const auto error = [&](const Arguments& arguments) -> std::string {
    try {
      parse({.program = "gannet test",
             .summary = "",
             .groups = {{"Options", &options}},
             .not_empty = {"out"}},
            arguments);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(error({"--out", ""}), "expected a value, found '': --out");
  EXPECT_EQ(error({"--out="}), "expected a value, found '': --out");
  EXPECT_EQ(error({"--desc="}), "");
}

TEST(Parse, NamesAnUnknownOptionAndTheNearest) {
  const Parsed typo = parsed({"src", "--bacth", "3"});
  EXPECT_EQ(typo.error, "unknown option: --bacth");
  EXPECT_EQ(typo.hint, "did you mean --batch?");
  EXPECT_EQ(parsed({"src", "--bacth=3"}).error, "unknown option: --bacth");
  EXPECT_EQ(parsed({"src", "--batch_size=3"}).hint, "it is called --batch here");
  EXPECT_EQ(parsed({"src", "--batch_size=3"}).error, "unknown option: --batch_size");
  EXPECT_EQ(parsed({"src", "-lr", "3"}).error, "unknown option: -lr");
  EXPECT_EQ(parsed({"src", "-lr", "3"}).hint, "did you mean --lr?");
  EXPECT_EQ(parsed({"src", "-x"}).error, "unknown option: -x");
}

TEST(Parse, NamesAValueOutOfRange) {
  EXPECT_EQ(parsed({"src", "--batch", "0"}).error,
            "0 is out of range, expected at least 1 images: --batch");
}

TEST(Parse, CountsPositionals) {
  EXPECT_EQ(parsed({}).error, "SRC is missing: gannet test");
  EXPECT_EQ(parsed({"a", "b", "c"}).files, (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(parsed({"a", "b", "c", "d"}).error, "unexpected argument: 'd'");
}

TEST(Parse, HelpShowsEveryOptionWithDefaultAndRange) {
  testing::internal::CaptureStdout();
  TestOptions options;
  EXPECT_FALSE(parse({.program = "gannet test", .summary = "S.", .groups = {{"Options", &options}}},
                     {"--help"}));
  const std::string help = testing::internal::GetCapturedStdout();
  for (const FieldText& field : list_fields(options)) {
    EXPECT_NE(help.find("--" + field.name), std::string::npos) << field.name;
  }
  EXPECT_NE(help.find("learning rate (from -1 to 1; default 0.0002)"), std::string::npos) << help;
  EXPECT_NE(help.find("-n,--dry-run"), std::string::npos);
}

TEST(Peek, FindsAValueBeforeTheOthersAreKnown) {
  EXPECT_EQ(peek({"--cfg", "dcgan", "--lr", "1"}, "cfg"), "dcgan");
  EXPECT_EQ(peek({"--lr", "1", "--cfg=cgan"}, "cfg"), "cgan");
  EXPECT_EQ(peek({"--cfg=a", "--cfg", "b"}, "cfg"), "b");
  EXPECT_EQ(peek({"--cfg="}, "cfg"), "");
  EXPECT_EQ(peek({"--", "--cfg", "b"}, "cfg"), std::nullopt);
  EXPECT_THROW(peek({"--cfg"}, "cfg"), UsageError);
  EXPECT_THROW(peek({"--cfg", "--data", "x"}, "cfg"), UsageError);
}

int status_of_seven(const Arguments& arguments) { return 7 + static_cast<int>(arguments.size()); }
constexpr Command commands[] = {{"train", "", status_of_seven}, {"sample", "", status_of_seven}};

TEST(Dispatch, RunsTheNamedCommandWithTheRest) {
  EXPECT_EQ(dispatch("gannet", "", commands, {"sample", "a", "b"}), 9);
}

TEST(Dispatch, NamesTheNearestCommand) {
  try {
    dispatch("gannet", "", commands, {"trian"});
    FAIL() << "no error";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "unknown subcommand: trian");
    EXPECT_EQ(error.hint(), "did you mean gannet train?");
  }
  EXPECT_THROW(dispatch("gannet", "", commands, {}), UsageError);
  EXPECT_THROW(dispatch("gannet", "", commands, {"--json", "train"}), UsageError);
}

TEST(Table, AlignsColumnsAndEndsLinesWithoutSpaces) {
  EXPECT_EQ(table({{"a", "bb", "c"}, {"aaa", "b", ""}, {"x"}}), "a    bb  c\naaa  b   \nx\n");
}

}  // namespace
}  // namespace gannet::cli
