// The zoo: small trained networks that come with Gannet, named "zoo:NAME" wherever a network is
// (weights/zoo, docs/zoo.md). No torch in here.
#pragma once

#include <string>
#include <vector>

#include "gannet/base/files.h"

namespace gannet {

std::vector<std::string> zoo_names();  // "clothes", ..., in alphabetical order

// Does it begin with "zoo:"?
bool names_zoo(const Path& network);

// The network file of "zoo:NAME". Throws UsageError for an unknown name; its hint lists them.
ByteSpan zoo_network(const Path& network);

// The set that a network of the zoo learned from, as --data names it; "" where that is not said.
std::string data_of_zoo(const Path& network);

// A network file's bytes, from the zoo or from the disk. Throws Error where it cannot be read.
Bytes read_network_file(const Path& network);

}  // namespace gannet
