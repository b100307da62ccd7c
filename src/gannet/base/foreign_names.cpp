#include "gannet/base/foreign_names.h"

#include <algorithm>

namespace gannet {
namespace {

constexpr std::string_view counted_in_kimg = "thousands of real images shown, batch x steps / 1000";

constexpr ForeignName foreign_names[] = {
    {"adv-loss", "loss", ""},
    {"arch-type", "arch", ""},
    {"batch-gpu", "batch", ""},
    {"batch-size", "batch", ""},
    {"batchsize", "batch", ""},
    {"beta1", "b1", ""},
    {"beta2", "b2", ""},
    {"bs", "batch", ""},
    {"channels", "", "channels are taken from the data"},
    {"checkpoint", "resume", ""},
    {"checkpoints-dir", "outdir", ""},
    {"ckpt", "network", ""},
    {"config-file", "config", ""},
    {"cuda", "device", ""},
    {"d-lr", "dlr", ""},
    {"data-dir", "data", ""},
    {"data-path", "data", ""},
    {"dataroot", "data", ""},
    {"dataset", "data", ""},
    {"disc-iters", "n-critic", ""},
    {"diters", "n-critic", ""},
    {"epochs", "kimg", counted_in_kimg},
    {"experiment", "desc", ""},
    {"g-lr", "glr", ""},
    {"gpu", "device", ""},
    {"gpu-ids", "device", ""},
    {"gpus", "device", ""},
    {"hflip", "mirror", ""},
    {"image-size", "", "the image size is taken from the data"},
    {"img-size", "", "the image size is taken from the data"},
    {"imagesize", "", "the image size is taken from the data"},
    {"latent-dim", "nz", ""},
    {"latent-size", "nz", ""},
    {"learning-rate", "lr", ""},
    {"log-dir", "outdir", ""},
    {"lr-d", "dlr", ""},
    {"lr-g", "glr", ""},
    {"manual-seed", "seed", ""},
    {"manualseed", "seed", ""},
    {"max-iter", "kimg", counted_in_kimg},
    {"model", "cfg", ""},
    {"n-cpu", "threads", ""},
    {"n-epochs", "kimg", counted_in_kimg},
    {"name", "desc", ""},
    {"nepochs", "kimg", counted_in_kimg},
    {"niter", "kimg", counted_in_kimg},
    {"noise-dim", "nz", ""},
    {"num-epochs", "kimg", counted_in_kimg},
    {"num-steps", "kimg", counted_in_kimg},
    {"num-workers", "threads", "images are loaded on a thread of their own"},
    {"opt", "optimizer", ""},
    {"outf", "outdir", ""},
    {"output", "outdir", ""},
    {"output-dir", "outdir", ""},
    {"random-seed", "seed", ""},
    {"results-dir", "outdir", ""},
    {"save-dir", "outdir", ""},
    {"snapshot-interval", "snap", "in ticks"},
    {"total-kimg", "kimg", ""},
    {"truncation-psi", "trunc", ""},
    {"workers", "threads", "images are loaded on a thread of their own"},
    {"z-dim", "nz", ""},
};

}  // namespace

const ForeignName* find_foreign_name(std::string_view name) {
  const auto* found = std::ranges::find(foreign_names, name, &ForeignName::there);
  return found == std::end(foreign_names) ? nullptr : found;
}

}  // namespace gannet
