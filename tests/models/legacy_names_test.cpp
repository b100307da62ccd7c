// Files that Gannet 0.1.0 wrote under its old names (tests/models/legacy): they draw what they
// drew, and a run goes on.
#include "gannet/models/legacy_names.h"

#include <cmath>
#include <cstring>

#include "gannet/formats/npy.h"
#include "gannet/models/network_path.h"
#include "gannet/models/sampler.h"
#include "support/runs.h"

namespace gannet::test {
namespace {

namespace fs = std::filesystem;

Path legacy(const std::string& name) {
  return Path(GANNET_SOURCE_DIR) / "tests/models/legacy" / name;
}

TEST(LegacyNames, OfLayersAreToday) {
  const std::pair<const char*, const char*> names[] = {
      {"G.up1.weight", "G.conv_transpose1.weight"},
      {"G_ema.norm12.running_mean", "G_ema.batch_norm12.running_mean"},
      {"D.m.condnorm2.bias", "D.m.conditional_batch_norm2.bias"},
      {"E.widthdense3.weight", "E.linear3.weight"},
      {"E.widthnorm1.weight", "E.layer_norm1.weight"},
      {"D.layernorm1.weight", "D.group_norm1.weight"},
      {"D.embed1.weight", "D.embedding1.weight"},
      {"G.conv1.weight", "G.conv1.weight"},
      {"G.batch_norm1.weight", "G.batch_norm1.weight"},
      {"state.pool", "state.pool"}};
  for (const auto& [old, now] : names) EXPECT_EQ(current_tensor_name(old), now);
}

TEST(LegacyNames, OfOptionsAreToday) {
  using nlohmann::json;
  EXPECT_EQ(current_options({{"by", "vector"}, {"nz", 3}}),
            json({{"cond-type", "attributes"}, {"nz", 3}}));
  EXPECT_EQ(current_options({{"by", "class"}}), json({{"cond-type", "class"}}));
  EXPECT_EQ(current_options({{"cond-type", "attributes"}}), json({{"cond-type", "attributes"}}));
  EXPECT_EQ(current_options(json::array()), json::array());
}

// At most one grey level away: other CPUs round otherwise.
void expect_same_image(Sampler& sampler, const SampleRequest& request, const Path& expected) {
  const Bytes file = read_file(expected);
  Bytes drawn;
  sampler.draw(request, [&](const SampleBlock& block) { drawn = block.bytes; });
  ASSERT_LT(drawn.size(), file.size());  // a header, then the values
  const std::byte* values = file.data() + (file.size() - drawn.size());
  for (size_t i = 0; i < drawn.size(); ++i)
    ASSERT_LE(std::abs(std::to_integer<int>(drawn[i]) - std::to_integer<int>(values[i])), 1) << i;
}

TEST(LegacyFiles, DrawTheSameSamples) {
  Sampler by_attributes(legacy("cgan-attributes.safetensors"));
  expect_same_image(by_attributes, {.seeds = {3}, .attributes = "0,1,0.5"},
                    legacy("cgan-attributes.npy"));
  Sampler by_class(legacy("sngan-cond.safetensors"));
  expect_same_image(by_class, {.seeds = {3}, .label = "star"}, legacy("sngan-cond.npy"));
}

class LegacyRun : public RunTest {};

TEST_F(LegacyRun, GoesOnAndWritesNewFiles) {
  const Path path = folder_ / "run";
  fs::create_directories(path);
  for (const char* name : {"options.json", "state-00000002.safetensors"})
    fs::copy_file(legacy(std::string("run/") + name), path / name);
  TestScreen listener;
  resume(path, listener);
  const RunDirectory run(path);
  EXPECT_EQ(run.states().back(), 4);

  const Bytes bytes = read_file(network_path(path)),
              old = read_file(legacy("run/expected.safetensors"));
  const SafetensorsFile now = read_safetensors(bytes, "now", Checksum::required);
  SafetensorsFile expected = read_safetensors(old, "expected", Checksum::required);
  EXPECT_EQ(now.metadata.at("format"), kModelFormat);
  EXPECT_EQ(expected.metadata.at("format"), kLegacyModelFormat);
  update_legacy_names(expected, "expected");
  ASSERT_EQ(now.tensors.size(), expected.tensors.size());
  for (size_t i = 0; i < now.tensors.size(); ++i) {
    const TensorView &a = now.tensors[i], &b = expected.tensors[i];
    ASSERT_EQ(a.name, b.name);
    ASSERT_EQ(a.bytes.size(), b.bytes.size());
    for (size_t at = 0; at < a.bytes.size(); at += sizeof(float)) {
      float x, y;
      std::memcpy(&x, a.bytes.data() + at, sizeof x);
      std::memcpy(&y, b.bytes.data() + at, sizeof y);
      ASSERT_NEAR(x, y, 5e-5 * std::max(1.0f, std::abs(y))) << a.name;  // a step is 2e-4
    }
  }
}

}  // namespace
}  // namespace gannet::test
