#include "gannet/models/zoo.h"

#include "gannet/base/error.h"
#include "gannet/base/message_text.h"
#include "gannet/base/spelling.h"
#include "gannet/formats/safetensors.h"
#include "gannet/models/detail/zoo_files.h"

namespace gannet {
namespace {

constexpr std::string_view kPrefix = "zoo:";
constexpr uint64_t kMostNetwork = uint64_t{1} << 36;  // bytes

}  // namespace

std::vector<std::string> zoo_names() {
  std::vector<std::string> names;
  for (const ShippedFile& file : zoo_files()) names.emplace_back(file.name);
  return names;
}

bool names_zoo(const Path& network) { return network.string().starts_with(kPrefix); }

ByteSpan zoo_network(const Path& network) {
  const std::string name = network.string().substr(kPrefix.size());
  for (const ShippedFile& file : zoo_files())
    if (file.name == name) return file.bytes;
  const std::vector<std::string> names = zoo_names();
  const std::string near = closest_name(name, names);
  throw UsageError("unknown network of the zoo", network.string(),
                   !near.empty()   ? "did you mean " + std::string(kPrefix) + near + "?"
                   : names.empty() ? "this build has no zoo"
                                   : "the zoo has " + name_list(names, names.size()));
}

std::string data_of_zoo(const Path& network) {
  const SafetensorsFile file =
      read_safetensors(zoo_network(network), network.string(), Checksum::required);
  const auto found = file.metadata.find("data");
  return found == file.metadata.end() ? "" : found->second;
}

Bytes read_network_file(const Path& network) {
  if (!names_zoo(network)) return read_file(network, kMostNetwork);
  const ByteSpan bytes = zoo_network(network);
  return {bytes.begin(), bytes.end()};
}

}  // namespace gannet
