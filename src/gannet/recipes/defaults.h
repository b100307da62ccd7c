// --preset default: the options that differ from the paper's because samples then are best after
// some minutes on two cores, by the kind and size of the data. One table for each recipe; each row
// has its reason, which a run's log and options.json repeat.
#pragma once

#include <cstdint>
#include <vector>

#include "gannet/data/source_options.h"
#include "gannet/tensor/dataset_info.h"

namespace gannet {

// The rows that apply to this data and number of samples: Recipe::defaults.
std::vector<Decision> vanilla_defaults(const DatasetInfo& data, int64_t samples);
std::vector<Decision> cgan_defaults(const DatasetInfo& data, int64_t samples);
std::vector<Decision> wgan_gp_defaults(const DatasetInfo& data, int64_t samples);
std::vector<Decision> sngan_defaults(const DatasetInfo& data, int64_t samples);
std::vector<Decision> acgan_defaults(const DatasetInfo& data, int64_t samples);
std::vector<Decision> infogan_defaults(const DatasetInfo& data, int64_t samples);
std::vector<Decision> dcgan_defaults(const DatasetInfo& data, int64_t samples);
std::vector<Decision> r3gan_defaults(const DatasetInfo& data, int64_t samples);
std::vector<Decision> video_defaults(const DatasetInfo& data, int64_t samples);
std::vector<Decision> wavegan_defaults(const DatasetInfo& data, int64_t samples);

}  // namespace gannet
