// Two and three processes train what one does: this program starts itself again, each as one
// process of a group, which trains all cases in float64 and writes its weights.
#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "gannet/base/files.h"
#include "gannet/recipes/recipes.h"
#include "gannet/training/processes.h"
#include "gannet/training/trainer.h"
#include "support/memory_dataset.h"

namespace gannet {
namespace {

constexpr int64_t kBatch = 12;

struct Case {
  std::string name, recipe;
  Shape dims;
  int64_t classes;
  std::map<std::string, std::string> options;
  Shape image = {};

  // A sum over processes waits for each of them to get a core: on a busy machine that is the time
  // of this test.
  int64_t steps() const {
    for (const char* long_one : {"dcgan", "r3gan", "cgan", "wgan-gp"})
      if (name == long_one) return 20;
    return 4;
  }
};

// Between them all that mixes samples of a batch: batch norm, with and without classes; minibatch
// standard deviation; relativistic average, top-k; feature matching, LeCam, path length; packs, the
// pool, rounds; mismatched sentences and contrastive loss.
const std::vector<Case> kCases = {
    {"dcgan", "dcgan", {1, 16, 16}, 0, {{"ngf", "4"}, {"ndf", "4"}}},
    {"dcgan-rounds", "dcgan", {1, 16, 16}, 0, {{"ngf", "4"}, {"ndf", "4"}, {"accumulate", "2"}}},
    {"dcgan-packs",
     "dcgan",
     {1, 16, 16},
     0,
     {{"ngf", "4"}, {"ndf", "4"}, {"pack", "2"}, {"noise", "0.1"}}},
    {"dcgan-ragan",
     "dcgan",
     {1, 16, 16},
     0,
     {{"ngf", "4"}, {"ndf", "4"}, {"loss", "ragan"}, {"mbstd", "4"}, {"aug", "color,mirror"}}},
    {"dcgan-topk",
     "dcgan",
     {1, 16, 16},
     0,
     {{"ngf", "4"}, {"ndf", "4"}, {"topk", "0.5"}, {"pool", "30"}, {"lecam", "1"}, {"cr", "1"}}},
    {"r3gan",
     "r3gan",
     {1, 16, 16},
     4,
     {{"ngf", "4"}, {"ndf", "4"}, {"cond", "true"}, {"r1-every", "3"}, {"gamma-end", "0.1"}}},
    {"r3gan-mbstd", "r3gan", {1, 16, 16}, 0, {{"ngf", "4"}, {"ndf", "4"}, {"mbstd", "3"}}},
    {"cgan", "cgan", {1, 16, 16}, 4, {{"ngf", "4"}, {"ndf", "4"}}},
    {"wgan-gp",
     "wgan-gp",
     {2},
     0,
     {{"ngf", "4"}, {"ndf", "4"}, {"nz", "2"}, {"n-critic", "2"}, {"b1", "0.5"}}},
    {"sngan",
     "sngan",
     {3, 16, 16},
     4,
     {{"ngf", "4"}, {"ndf", "4"}, {"cond", "true"}, {"arch", "residual"}}},
    {"acgan", "acgan", {1, 16, 16}, 4, {{"ngf", "4"}, {"ndf", "4"}, {"gradient-ratio", "1"}}},
    {"infogan", "infogan", {1, 16, 16}, 0, {{"ngf", "2"}, {"ndf", "2"}}},
    {"vanilla",
     "vanilla",
     {1, 8, 8},
     0,
     {{"ngf", "4"},
      {"ndf", "4"},
      {"pl", "1"},
      {"feature-matching", "1"},
      {"loss", "rpgan"},
      {"dragan", "1"}}},
    {"vae", "vae", {1, 16, 16}, 0, {{"ngf", "4"}, {"ndf", "4"}}},
    {"wavegan", "wavegan", {1, 256}, 0, {{"ngf", "4"}, {"ndf", "4"}}},
    {"video", "video", {1, 8, 32, 32}, 0, {{"ngf", "2"}, {"ndf", "2"}}},
    {"pix2pix",
     "pix2pix",
     {3, 16, 16},
     0,
     {{"ngf", "4"}, {"ndf", "4"}, {"patch", "16"}, {"g-norm", "batch"}, {"d-norm", "batch"}},
     {1, 16, 16}},
    {"text2image", "text2image", {3, 16, 16}, 0, {{"ngf", "4"}, {"ndf", "4"}, {"text-width", "8"}}},
};

DatasetInfo info_of(const Case& c) {
  DatasetInfo info = test::data_info(c.dims, c.classes);
  info.input_image = c.image;
  return c.recipe == "text2image" ? test::with_sentences(info) : info;
}

void fill_input_image(const Shape& image, int64_t index, Sample& into) {
  into.input_image.resize(static_cast<size_t>(count(image)));
  for (size_t k = 0; k < into.input_image.size(); ++k)
    into.input_image[k] = static_cast<float>(test::number(test::hash("image"), index + k));
}

// All tensors of the trainer after the steps, and the losses of the last tick, as numbers.
std::vector<double> train(const Case& c, const ProcessGroup* group) {
  const Recipe& recipe = find_recipe(c.recipe);
  const auto o = recipe.options();
  o->batch = kBatch;
  for (const auto& [name, text] : c.options) set_field(*o, name, text);
  o->kimg = static_cast<double>(kBatch * c.steps()) / 1000;
  const auto gan =
      recipe.make(*o, info_of(c), {.seed = o->seed, .tensor = at::TensorOptions(at::kDouble)});
  const auto data = std::make_shared<test::MemoryDataset>(
      info_of(c), 40,
      [&c](int64_t index, Sample& into) { fill_input_image(c.image, index, into); });
  Loader loader(data, {.seed = o->seed,
                       .batch = kBatch / o->accumulate,
                       .rank = group == nullptr ? 0 : group->rank(),
                       .ranks = group == nullptr ? 1 : group->size()});
  struct Ticks : Observer {
    void on_tick(const Trainer&, const Tick& tick) override { last = tick; }
    Tick last;
  } ticks;
  Trainer trainer(*gan, loader, *o, group);
  trainer.train(ticks);
  std::vector<double> all;
  for (const auto& [name, tensor] : trainer.tensors()) {
    const Tensor flat = tensor.to(at::kDouble).reshape(-1).contiguous();
    all.insert(all.end(), flat.const_data_ptr<double>(),
               flat.const_data_ptr<double>() + flat.numel());
  }
  for (const auto* figures : {&ticks.last.loss, &ticks.last.scalars, &ticks.last.gradient_norm})
    for (const auto& [name, value] : *figures) all.push_back(value);
  return all;
}

Path file_of(const Path& folder, const Case& c, int64_t rank) {
  return folder / (c.name + "-" + std::to_string(rank));
}

int free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at = {};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof at;
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
  EXPECT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&at), &length), 0);
  close(fd);
  return ntohs(at.sin_port);
}

// This program again, as process `rank` of `size`.
pid_t start(int64_t rank, int64_t size, int port, const Path& folder) {
  std::vector<std::string> words;
  for (char** each = environ; *each != nullptr; ++each)
    if (!std::string_view(*each).starts_with("GTEST_")) words.emplace_back(*each);  // shards
  for (const std::string& word :
       {"RANK=" + std::to_string(rank), "WORLD_SIZE=" + std::to_string(size),
        "MASTER_PORT=" + std::to_string(port), std::string("MASTER_ADDR=127.0.0.1"),
        "GANNET_TEST_FOLDER=" + folder.string()})
    words.push_back(word);
  std::vector<char*> variables;
  for (std::string& word : words) variables.push_back(word.data());
  variables.push_back(nullptr);
  std::string name = "/proc/self/exe", filter = "--gtest_filter=*DISABLED_TrainsItsPart",
              also = "--gtest_also_run_disabled_tests", brief = "--gtest_brief=1";
  char* arguments[] = {name.data(), filter.data(), also.data(), brief.data(), nullptr};
  pid_t pid = 0;
  EXPECT_EQ(posix_spawn(&pid, name.c_str(), nullptr, nullptr, arguments, variables.data()), 0);
  return pid;
}

// Not a test by itself: what start() runs.
TEST(Process, DISABLED_TrainsItsPart) {
  at::set_num_threads(1);  // more would wait for each other's cores
  const Path folder = std::getenv("GANNET_TEST_FOLDER");
  const auto group = Processes::join(place_in_environment().value());
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.name);
    const std::vector<double> numbers = train(c, group.get());
    const auto* bytes = reinterpret_cast<const std::byte*>(numbers.data());
    write_file(file_of(folder, c, group->rank()), {bytes, numbers.size() * sizeof(double)});
  }
}

class SeveralProcesses : public testing::TestWithParam<int64_t> {};

TEST_P(SeveralProcesses, TrainTheWeightsAndReportTheLossesOfOne) {
  at::set_num_threads(1);
  const int64_t size = GetParam();
  const Path folder =
      std::filesystem::temp_directory_path() / ("gannet-processes-" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  const int port = free_port();
  std::vector<pid_t> started;
  for (int64_t rank = 0; rank < size; ++rank) started.push_back(start(rank, size, port, folder));
  std::map<std::string, std::vector<double>> alone;
  for (const Case& c : kCases) alone[c.name] = train(c, nullptr);
  for (const pid_t pid : started) {
    int status = 1;
    waitpid(pid, &status, 0);
    EXPECT_EQ(status, 0);
  }
  for (const Case& c : kCases)
    for (int64_t rank = 0; rank < size; ++rank) {
      SCOPED_TRACE(c.name + ", process " + std::to_string(rank));
      if (!std::filesystem::exists(file_of(folder, c, rank))) {
        ADD_FAILURE() << "trained nothing";
        continue;
      }
      const Bytes bytes = read_file(file_of(folder, c, rank).string());
      const std::vector<double>& expected = alone[c.name];
      ASSERT_EQ(bytes.size(), expected.size() * sizeof(double));
      const auto* found = reinterpret_cast<const double*>(bytes.data());
      double worst = 0;
      for (size_t i = 0; i < expected.size(); ++i)
        worst = std::max(worst,
                         std::abs(found[i] - expected[i]) / std::max(1.0, std::abs(expected[i])));
      EXPECT_LT(worst, 1e-9);
    }
  std::filesystem::remove_all(folder);
}

INSTANTIATE_TEST_SUITE_P(Of, SeveralProcesses, testing::Values(2, 3));

}  // namespace
}  // namespace gannet
