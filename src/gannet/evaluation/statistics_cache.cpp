#include "gannet/evaluation/statistics_cache.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "gannet/base/error.h"
#include "gannet/data/registry.h"
#include "gannet/formats/checksum.h"

namespace gannet {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormat = "gannet-statistics-2";

// Nothing where the file isn't there, or not whole, or of another key.
std::optional<NamedTensors> read(const Path& path, const std::string& key, uint64_t limit) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return {};
  try {
    const Bytes bytes = read_file(path, limit);
    const SafetensorsFile file = read_safetensors(bytes, path.string(), Checksum::required);
    if (metadata_at(file.metadata, "format", path.string()) != kFormat ||
        metadata_at(file.metadata, "key", path.string()) != key)
      return {};
    NamedTensors tensors;
    for (const TensorView& view : file.tensors) {
      if (view.dtype != Dtype::F64) return {};
      tensors.emplace_back(view.name,
                           at::empty(view.shape, at::TensorOptions().dtype(at::kDouble)));
      if (!view.bytes.empty())
        std::memcpy(tensors.back().second.mutable_data_ptr(), view.bytes.data(), view.bytes.size());
    }
    return tensors;
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

StatisticsCache::StatisticsCache(bool enabled, Path folder, uint64_t most_bytes)
    : enabled_(enabled), folder_(std::move(folder)), most_bytes_(most_bytes) {}

Path StatisticsCache::default_folder() { return Path(data_folder()) / "statistics"; }

Path StatisticsCache::file(const std::string& key) const {
  return folder_ / (sha256_hex(as_bytes(key)).substr(0, 32) + ".safetensors");
}

NamedTensors StatisticsCache::get(const std::string& key,
                                  const std::function<NamedTensors()>& compute) {
  if (!enabled_) return compute();
  const Path path = file(key);
  std::error_code ignored;
  if (auto kept = read(path, key, most_bytes_)) {
    fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
    return *kept;
  }
  NamedTensors tensors = compute();
  std::vector<Tensor> plain;
  std::vector<TensorView> views;
  uint64_t bytes = 0;
  for (const auto& [name, x] : tensors) {
    plain.push_back(x.to(at::kCPU, at::kDouble).contiguous());
    const Tensor& t = plain.back();
    views.push_back({name,
                     Dtype::F64,
                     t.sizes().vec(),
                     {static_cast<const std::byte*>(t.const_data_ptr()), t.nbytes()}});
    bytes += t.nbytes();
  }
  if (bytes > most_bytes_ / 4) return tensors;
  try {
    fs::create_directories(folder_, ignored);
    remove_stale_temporaries(folder_);
    make_room(bytes);
    write_safetensors(path, {{"format", kFormat}, {"key", key}}, views);
  } catch (const std::exception&) {  // a full disk, a folder of someone else
  }
  return tensors;
}

void StatisticsCache::make_room(uint64_t bytes) const {
  std::vector<fs::directory_entry> files;
  uint64_t total = bytes;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_))
    if (entry.is_regular_file() && entry.path().extension() == ".safetensors") {
      total += entry.file_size();
      files.push_back(entry);
    }
  std::ranges::sort(files, {}, [](const fs::directory_entry& e) { return e.last_write_time(); });
  std::error_code ignored;
  for (const fs::directory_entry& entry : files) {
    if (total <= most_bytes_) return;
    total -= entry.file_size();
    fs::remove(entry.path(), ignored);
  }
}

}  // namespace gannet
