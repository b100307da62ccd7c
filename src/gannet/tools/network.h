// What a network file draws, and takes, by its header alone: for lists of many. Samples are drawn
// by Sampler (models/sampler.h). No torch in here.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/models/network_metrics.h"  // metrics_of_run(), for those who list networks
#include "gannet/models/sampler.h"

namespace gannet {

struct NetworkAttribute {
  std::string name;
  std::string kind;                // "number", "yes_no", "words"
  std::vector<std::string> words;  // of yes_no (no first) and words
  double mean = 0, scale = 1;      // of a number, in its own units
};

struct NetworkAbout {
  std::string recipe;
  std::string kind;  // "image", "audio", "video", "points", "table"
  std::vector<int64_t> shape;
  std::vector<std::string> classes;          // that can be asked for
  std::vector<NetworkAttribute> attributes;  // that can be asked for
  bool text = false;
  std::vector<int64_t> input_shape;  // of the input image of image-to-image networks; empty: none
  int64_t input_scale = 0;           // of those that enlarge; else 0
  std::vector<int64_t> styles;       // rows of maps from which on a style can be mixed in
  int64_t latent = 0;                // numbers of a latent; 0: it draws from no latent
  bool discriminator = false;        // is one in the file?
  int64_t images_seen = 0;
  int64_t parameters = 0;  // of the generator
  int64_t bytes = 0;       // of the file
  nlohmann::json options, metadata;
  nlohmann::json metrics;  // what the file says was measured of it (models/network_metrics.h)
};

// Throws Error for a file whose header is none of a network of Gannet; what follows the header is
// checked when it is opened to draw.
NetworkAbout network_about(const Path& file);

// The networks that come with Gannet, as --network names them: "zoo:clothes" (models/zoo.h).
std::vector<std::string> zoo_networks();

// Bytes of a network file, of the zoo or on the disk; 0 where it cannot be told.
int64_t network_file_size(const Path& file);

}  // namespace gannet
