// Gannet inside another program: trains the first GAN on eight Gaussians, watches it from a
// ProgressListener of its own, and draws from the network file that the run leaves.
//
// The library never prints and never exits. What happens comes through a ProgressListener; what
// fails is thrown as gannet::Error, one line with a hint. No header used here brings libtorch's
// along, so a file like this one compiles in a second.
#include <cstdio>
#include <string>

#include "gannet/base/error.h"
#include "gannet/formats/npy.h"
#include "gannet/models/sampler.h"
#include "gannet/runs/session.h"

namespace {

// The reports of a run. All four functions are optional; they are called on the thread that
// trains, between two steps.
class Meter : public gannet::ProgressListener {
 public:
  void tick(const gannet::TickReport& report) override {
    std::printf("%5.2f of %.2f kimg", report.kimg, report.kimg_total);
    for (const auto& [name, value] : report.figures) std::printf("  %s %.3f", name.c_str(), value);
    std::printf("\n");
  }
  void warning(const std::string& text) override {
    std::fprintf(stderr, "warning: %s\n", text.c_str());
  }
  // Called after each step. True saves the state, and train() throws gannet::Interrupted.
  bool interrupted() override { return false; }
};

// The options are those of `gannet train --cfg vanilla --help`. Those that every recipe has are
// plain members; those of one recipe are set by name, with the same checks and errors as on the
// command line.
gannet::Config configure(const std::string& outdir) {
  gannet::Config config = gannet::default_config("vanilla");
  config.run.data = "ring-8";  // or a file: points.csv, train-images-idx3-ubyte
  config.run.outdir = outdir;
  config.run.threads = 1;  // a run is a function of its options, seed and threads
  config.options->batch = 64;
  config.options->kimg = 3.2;  // 50 steps: batch x steps / 1000
  config.options->tick = 0.64;
  config.options->ngf = config.options->ndf = 64;
  gannet::set_field(*config.options, "depth", "3");
  return config;
}

// One array [N, 2] in the units of the data, from seeds 0 to n - 1: the same points wherever and in
// whatever batches they are drawn. The file appears when it is whole.
void write_samples(const gannet::Path& run, const std::string& file, uint64_t n) {
  gannet::Sampler sampler(run);  // of a run, the best network, else the newest
  gannet::SampleRequest request;
  for (uint64_t seed = 0; seed < n; ++seed) request.seeds.push_back(seed);
  gannet::NpyWriter array(file, gannet::Dtype::F32, sampler.item_shape());
  sampler.draw(request, [&](const gannet::SampleBlock& block) { array.write(block.bytes); });
  array.commit();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string file = argc > 1 ? argv[1] : "points.npy";
  try {
    Meter meter;
    const gannet::Path run = gannet::train(configure("runs"), meter);
    write_samples(run, file, 1000);
    std::printf("1000 points of %s: %s\n", run.c_str(), file.c_str());
    return 0;
  } catch (const gannet::Error& error) {
    std::fprintf(stderr, "embed: %s\n", error.what());
    if (!error.hint().empty()) std::fprintf(stderr, "try: %s\n", error.hint().c_str());
    return 1;
  }
}
