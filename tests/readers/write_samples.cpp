// Writes one file of each format for read_back.py (`write FOLDER`), and checks files that it wrote
// (`read FOLDER`). The values are formulas that both know.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "gannet/base/error.h"
#include "gannet/formats/csv.h"
#include "gannet/formats/gzip.h"
#include "gannet/formats/idx.h"
#include "gannet/formats/npy.h"
#include "gannet/formats/png.h"
#include "gannet/formats/safetensors.h"
#include "gannet/formats/tensorboard_hparams.h"

namespace gannet {
namespace {

template <class T>
Bytes array_of(int64_t count, T (*value)(int64_t)) {
  Bytes bytes(static_cast<size_t>(count) * sizeof(T));
  for (int64_t i = 0; i < count; ++i) {
    const T v = value(i);
    std::memcpy(bytes.data() + static_cast<size_t>(i) * sizeof(T), &v, sizeof(T));
  }
  return bytes;
}

Bytes floats(int64_t n) {
  return array_of<float>(n, [](int64_t i) { return static_cast<float>(i) * 0.5f - 3; });
}
Bytes doubles(int64_t n) {
  return array_of<double>(n, [](int64_t i) { return 1.0 / static_cast<double>(i + 1); });
}
Bytes integers(int64_t n) {
  return array_of<int64_t>(n, [](int64_t i) { return i * 1'000'000'007 - 5; });
}
Bytes small(int64_t n) {
  return array_of<uint8_t>(n, [](int64_t i) { return static_cast<uint8_t>(i * 37 % 256); });
}
Bytes truths(int64_t n) {
  return array_of<uint8_t>(n, [](int64_t i) { return static_cast<uint8_t>(i % 3 == 0); });
}

Image image(int64_t channels) {
  Image result{19, 11, channels, {}};
  for (const std::byte b : small(19 * 11 * channels)) {
    result.pixels.push_back(std::to_integer<uint8_t>(b));
  }
  return result;
}

void write_samples(const Path& folder) {
  const Bytes f = floats(12), d = doubles(6), i = integers(4), u = small(10), t = truths(7);
  const Bytes h =
      array_of<uint16_t>(3, [](int64_t k) { return static_cast<uint16_t>(0x3c00 + k); });
  write_safetensors(folder / "a.safetensors", {{"kind", "network"}, {"options", "{\"nz\": \"ü\"}"}},
                    {{"G.weight", Dtype::F32, {3, 4}, f},
                     {"G.half", Dtype::F16, {3}, h},
                     {"truths", Dtype::BOOL, {7}, t},
                     {"doubles", Dtype::F64, {2, 3}, d},
                     {"none", Dtype::F32, {0, 5}, {}},
                     {"step", Dtype::I64, {}, ByteSpan(i).first(8)},
                     {"u", Dtype::U8, {10}, u}});

  write_file(folder / "f4.npy", write_npy({Dtype::F32, {3, 4}, f}));
  write_file(folder / "many.npz", write_npz({{"f", {Dtype::F32, {3, 4}, f}},
                                             {"t", {Dtype::BOOL, {7}, t}},
                                             {"step", {Dtype::I64, {}, ByteSpan(i).first(8)}}}));
  for (const char* name : {"stream.npy", "stream.npz"}) {
    NpyWriter writer(folder / name, Dtype::U8, {28, 28, 1});
    const Bytes item = small(28 * 28);
    for (int k = 0; k < 1000; ++k) writer.write(item);
    writer.commit();
  }
  for (const int64_t channels : {1, 3, 4}) {
    write_file(folder / ("c" + std::to_string(channels) + ".png"), write_png(image(channels)));
  }
  std::vector<uint8_t> twice = image(1).pixels;
  twice.resize(2 * twice.size());
  std::copy_n(twice.begin(), twice.size() / 2,
              twice.begin() + static_cast<std::ptrdiff_t>(twice.size() / 2));
  write_file(folder / "a.idx.gz", gzip(write_idx({{2, 19, 11}, twice})));
  std::string table;
  for (const std::vector<std::string>& row :
       {std::vector<std::string>{"x", "y \"up\""}, {"0.1", "-2"}, {"1e-300", "3"}, {"1e22", "5"}})
    table += csv_line(row);
  write_file(folder / "a.csv", table);

  Bytes events = tensorboard_start(1000.5);
  append(events,
         tensorboard_record({.wall_time = 1000.5,
                             .plugins = {hparams_start(
                                 {{"lr", 0.25}, {"mirror", true}, {"cfg", "dcgan"}}, 1000.5)}}));
  for (int64_t step = 0; step < 300; step += 100) {
    const auto value = static_cast<float>(step) / 7;
    append(events, tensorboard_record({1001.0 + static_cast<double>(step),
                                       step,
                                       "",
                                       {{"loss/D", value}, {"loss/G", -value}},
                                       {},
                                       {}}));
  }
  append(events, tensorboard_record(
                     {2000, 1LL << 40, "", {}, {{"fakes", 19, 11, 3, write_png(image(3))}}, {}}));
  append(events, tensorboard_record({.wall_time = 2001,
                                     .step = (1LL << 40) + 1,
                                     .plugins = {hparams_end(/*success=*/false, 2001)}}));
  write_file(folder / "events.out.tfevents.1000.test", events);
}

void require(bool holds, const char* what) {
  if (!holds) throw Error("differs", what);
}

bool same(ByteSpan a, const Bytes& b) { return as_text(a) == as_text(b); }

void read_samples(const Path& folder) {
  const Bytes npy = read_file(folder / "doubles.npy");
  const NpyArray doubles_read = read_npy(npy, "doubles.npy");
  require(doubles_read.dtype == Dtype::F64 && doubles_read.shape == std::vector<int64_t>{2, 3} &&
              same(doubles_read.bytes, doubles(6)),
          "doubles.npy");
  for (const char* name : {"stored.npz", "packed.npz"}) {
    const std::vector<NpzArray> arrays = read_npz(read_file(folder / name), name);
    require(arrays.size() == 2 && arrays[0].name == "f" && same(arrays[0].bytes(), floats(1000)) &&
                arrays[1].name == "u" && same(arrays[1].bytes(), small(1000)),
            name);
  }
  const Bytes file = read_file(folder / "theirs.safetensors");
  const SafetensorsFile theirs = read_safetensors(file, "theirs.safetensors");
  require(theirs.metadata.at("k") == "v" && theirs.tensors.size() == 2, "theirs.safetensors");
  for (const TensorView& tensor : theirs.tensors) {
    require(same(tensor.bytes, tensor.name == "f" ? floats(12) : integers(4)),
            "theirs.safetensors");
  }
  const IdxArray idx = read_idx(read_file(folder / "theirs.idx.gz"), "theirs.idx.gz");
  require(idx.shape == std::vector<int64_t>{10} &&
              same(std::as_bytes(std::span(idx.values)), small(10)),
          "theirs.idx.gz");
}

}  // namespace
}  // namespace gannet

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw std::runtime_error("usage: gannet_write_samples write|read FOLDER");
    const bool write = std::string(argv[1]) == "write";
    write ? gannet::write_samples(argv[2]) : gannet::read_samples(argv[2]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
