// gannet sample: tables of points, and latents in and out.
#pragma once

#include <string>

#include "gannet/models/sampler.h"

namespace gannet::cli {

bool is_table(const std::string& out);  // .csv or .tsv

// All samples as lines of CSV (.tsv: parted by tabs), `batch` of them at a time.
void write_table(Sampler& sampler, const SampleRequest& request, const std::string& out,
                 int64_t batch);

// The request's latents as one array [n, ...] of float32.
void write_latents(Sampler& sampler, const SampleRequest& request, const std::string& out);

// --latents FILE: [n, ...] numbers, of n samples, whose seeds count from 0.
void read_latents(const Sampler& sampler, const std::string& file, SampleRequest& request);

}  // namespace gannet::cli
