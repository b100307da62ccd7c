#include "gannet/base/foreign_names.h"

#include <algorithm>
#include <string>

namespace gannet {
namespace {

constexpr std::string_view counted_in_kimg = "thousands of training images, batch x steps / 1000";

constexpr std::string_view on_gpu = "cuda, or cuda:N for a certain GPU; one at a time";

constexpr ForeignName foreign_names[] = {
    {"adv-loss", "loss", ""},
    {"allow-tf32", "precision", ""},
    {"arch-type", "arch", ""},
    {"batch-gpu", "accumulate", "batch divided by the batch of a GPU"},
    {"batch-size", "batch", ""},
    {"batchsize", "batch", ""},
    {"beside", "with-input", ""},
    {"beta1", "b1", ""},
    {"beta2", "b2", ""},
    {"bs", "batch", ""},
    {"by", "cond-type", ""},
    {"channels", "", "channels are taken from the data"},
    {"checkpoint", "resume", ""},
    {"checkpoints-dir", "outdir", ""},
    {"ckpt", "network", ""},
    {"config-file", "config", ""},
    {"crop-size", "image-size", ""},
    {"cuda", "device", on_gpu},
    {"d-lr", "dlr", ""},
    {"data-dir", "data", ""},
    {"data-path", "data", ""},
    {"dataroot", "data", ""},
    {"dataset", "data", ""},
    {"disc-iters", "n-critic", ""},
    {"diters", "n-critic", ""},
    {"epochs", "kimg", counted_in_kimg},
    {"experiment", "desc", ""},
    {"fine-size", "image-size", ""},
    {"finesize", "image-size", ""},
    {"g-lr", "glr", ""},
    {"gpu", "device", on_gpu},
    {"gpu-ids", "device", on_gpu},
    {"gpus", "device", on_gpu},
    {"hflip", "mirror", ""},
    {"im-size", "image-size", ""},
    {"imagesize", "image-size", ""},
    {"img-resolution", "image-size", ""},
    {"img-size", "image-size", ""},
    {"imgsize", "image-size", ""},
    {"imsize", "image-size", ""},
    {"latent-dim", "nz", ""},
    {"latent-size", "nz", ""},
    {"learning-rate", "lr", ""},
    {"load-size", "image-size", ""},
    {"loadsize", "image-size", ""},
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
    {"pictures", "images", ""},
    {"random-seed", "seed", ""},
    {"relabellings", "permutations", ""},
    {"res", "image-size", ""},
    {"resolution", "image-size", ""},
    {"results-dir", "outdir", ""},
    {"save-dir", "outdir", ""},
    {"split", "", "train takes the training part; data, compare and detect take --split"},
    {"snapshot-interval", "snap", "in ticks"},
    {"total-kimg", "kimg", ""},
    {"truncation-psi", "trunc", ""},
    {"vector", "attributes", ""},
    {"vectors", "attributes", ""},
    {"workers", "threads", "images are loaded on a thread of their own"},
    {"z-dim", "nz", ""},
};

}  // namespace

const ForeignName* find_foreign_name(std::string_view name) {
  std::string lower(name);  // "imageSize", as some write it
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  const auto* found = std::ranges::find(foreign_names, lower, &ForeignName::there);
  return found == std::end(foreign_names) ? nullptr : found;
}

}  // namespace gannet
