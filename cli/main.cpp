// The program: finds the subcommand, and turns what is thrown into one line and an exit status.
// 0 done, 1 failed, 2 wrong usage, 130 interrupted with the state saved.
#include <c10/util/Exception.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <set>
#include <string_view>

#include "cli/commands.h"
#include "cli/signals.h"
#include "cli/threads.h"
#include "cli/together.h"
#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/base/many_errors.h"
#include "gannet/base/version.h"
#include "gannet/tensor/device.h"
#include "gannet/tensor/torch_error.h"

namespace gannet::cli {
namespace {

int serve(const Arguments& arguments) {
#ifdef GANNET_SERVER
  return run_serve(arguments);
#else
  (void)arguments;
  throw Error("this gannet was built without its server", "gannet serve",
              "build it where Boost is (libboost-dev): make build");
#endif
}

constexpr Command commands[] = {
    {"train", "train a recipe on data", run_train},
    {"resume", "go on with a run that was stopped", run_resume},
    {"sweep", "train a grid of options and seeds, and compare them", run_sweep},
    {"sample", "draw samples from a network file", run_sample},
    {"reconstruct", "images through an autoencoder, and their ELBO", run_reconstruct},
    {"video", "a video that interpolates between samples", run_video},
    {"project", "GAN inversion: the latent of a given image", run_project},
    {"eval", "metrics of a network or of a set of samples against real ones", run_eval},
    {"classifier", "train a classifier, whose features metrics take", run_classifier},
    {"compare", "were two sets of samples drawn from the same distribution?", run_compare},
    {"detect", "real or fake? by the discriminator and a classifier", run_detect},
    {"fool", "adversarial examples against a classifier (FGSM)", run_fool},
    {"export", "a network file for use alone: without D, in half precision", run_export},
    {"serve", "the page and the HTTP API over a folder of runs", serve},
    {"data", "data sets: list, fetch, show, check, pack", run_data},
    {"runs", "runs: list, show, compare, plot, report, rm", run_runs},
    {"recipes", "the recipes and their networks: list, show", run_recipes},
    {"bench", "time of a training step, to compare with PyTorch", run_bench},
    {"doctor", "this machine: CPU, memory, libraries", run_doctor},
};

// Those that run for a while on all threads.
constexpr std::string_view long_commands[] = {"train", "resume", "bench", "compare", "classifier",
                                              "eval",  "detect", "fool",  "project", "serve"};

// libtorch's warnings in the form of Gannet's, each once: some come with every step.
class Warnings : public c10::WarningHandler {
  void process(const c10::Warning& warning) override {
    const std::string text = plain_warning(warning.msg());
    // Of a thread of a backward pass that begins with cuBLAS: libtorch then sets what is missing.
    if (text.find("no current CUDA context") != std::string::npos) return;
    if (shown_.insert(text).second) warn(text);
  }
  std::set<std::string> shown_;
};

int failed(int status, const Error& error) {
  std::string lines = "gannet: " + display_name(error.what()) + "\n";
  if (!error.hint().empty()) lines += "hint: " + display_name(error.hint()) + "\n";
  std::fputs(lines.c_str(), stderr);
  return status;
}

int run(const Arguments& arguments) {
  if (arguments.size() == 1 && arguments[0] == "--version") {
    print("gannet " + std::string(version()) + "\n");
    return 0;
  }
  return dispatch("gannet", "Trains, evaluates and samples generative adversarial networks.",
                  commands, arguments);
}

const Error out_of_memory(
    "out of memory", "",
    "a smaller --batch (train, bench, detect, fool) or --starts (project) needs "
    "less");

int guarded(const Arguments& arguments) {
  try {
    return run(arguments);
  } catch (const Quiet& quiet) {
    return quiet.status;
  } catch (const UsageError& error) {
    return failed(2, error);
  } catch (const Interrupted& error) {
    return failed(130, error);
  } catch (const ManyErrors& error) {
    for (const std::string& line : error.lines()) warn(line);
    return failed(1, error);
  } catch (const Error& error) {
    return failed(1, error);
  } catch (const c10::Error& error) {
    return failed(1, plain_error(error, out_of_memory.hint()));
  } catch (const std::bad_alloc&) {
    return failed(1, out_of_memory);
  } catch (const std::exception& error) {
    return failed(1, Error(error.what(), ""));
  }
}

// Paths and names as everything else has them: options are written to JSON, which is UTF-8. Files
// are found under such a name too (find_path()).
Arguments as_utf8(Arguments arguments) {
  for (std::string& argument : arguments)
    if (!is_utf8(argument)) argument = display_name(argument);
  return arguments;
}

// A closed pipe or a full disk is an error code of the write, not a signal; and no file that is
// opened later may become standard output.
void prepare_process() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  remove_files_on_signals();
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) < 0) (void)open("/dev/null", O_RDWR);
  }
}

}  // namespace
}  // namespace gannet::cli

int main(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (std::ranges::find(gannet::cli::long_commands, command) !=
      std::end(gannet::cli::long_commands)) {
    gannet::cli::prefer_short_spins(argv);
    // An evaluation holds its samples and computes by blocks: it would keep twice as much.
    if (command != "eval") gannet::cli::keep_freed_memory();
  }
  gannet::cli::prepare_process();
  gannet::cli::Warnings warnings;
  c10::WarningUtils::set_warning_handler(&warnings);
  const int status = gannet::cli::guarded(gannet::cli::as_utf8({argv + 1, argv + argc}));
  c10::WarningUtils::set_warning_handler(nullptr);
  // CUDA's libraries end in an order of their own, in which some free what is gone. By now all
  // files are written, and the system takes the rest.
  if (gannet::cuda_is_open()) {
    std::fflush(nullptr);
    std::_Exit(status);
  }
  return status;
}
