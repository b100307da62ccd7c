#!/usr/bin/env python3
"""Remakes tests/golden/inception.json: Inception-v3 of torchvision and of pytorch-fid with weights by a formula (draws.numbers), in
float64, a few numbers of each block. Needs torch, torchvision and pytorch-fid; downloads no weights."""
import json
import pathlib

import numpy as np
import torch

import draws

# torchvision's operators are not wanted, and a build for another PyTorch than this one lacks them.
torch.library.register_fake = lambda *a, **k: lambda f: f
import pytorch_fid.inception  # noqa: E402
import torchvision  # noqa: E402

OUT = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "inception.json"
BLOCKS = ["Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3", "Mixed_5b", "Mixed_5c", "Mixed_5d", "Mixed_6a",
          "Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e", "Mixed_7a", "Mixed_7b", "Mixed_7c"]


def numbers(tag, shape, scale=1.0, shift=0.0):
    return torch.from_numpy(draws.numbers(tag, 0, int(np.prod(shape))).reshape(shape) * scale + shift)


def fill(net):
    for name, x in net.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        if name.endswith("conv.weight") or name == "fc.weight":
            fan_in = int(np.prod(x.shape[1:]))
            x.copy_(numbers(name, x.shape, scale=(6 / fan_in) ** 0.5))
        elif name.endswith("running_var") or name.endswith("bn.weight"):
            x.copy_(numbers(name, x.shape, scale=0.5, shift=1.0))
        else:
            x.copy_(numbers(name, x.shape, scale=0.2))


def some(x):
    flat = x.flatten()
    at = [0, flat.numel() // 3, flat.numel() // 2, flat.numel() - 1]
    return {"shape": list(x.shape), "mean": x.mean().item(), "std": x.std().item(), "values": [flat[i].item() for i in at]}


def record(net, image, bias):
    net = net.double().eval()
    fill(net)
    found = {}
    hooks = [getattr(net, name).register_forward_hook(lambda m, i, o, name=name: found.update({name: some(o)})) for name in BLOCKS]
    pooled = {}
    hooks.append(net.avgpool.register_forward_hook(lambda m, i, o: pooled.update(x=o.flatten(1))))
    x = torch.nn.functional.interpolate(image, size=(299, 299), mode="bilinear", align_corners=False)
    with torch.no_grad():
        logits = net(2 * x - 1)
        if not bias:
            logits = logits - net.fc.bias
    for hook in hooks:
        hook.remove()
    return {"blocks": found, "features": some(pooled["x"]), "scores": some(logits)}


def fid_net():
    """pytorch-fid's network without its download."""
    pytorch_fid.inception.load_state_dict_from_url = lambda *a, **k: {}
    load = torch.nn.Module.load_state_dict
    torch.nn.Module.load_state_dict = lambda *a, **k: None
    try:
        return pytorch_fid.inception.fid_inception_v3()
    finally:
        torch.nn.Module.load_state_dict = load


def main():
    image = numbers("image", (2, 3, 40, 50), scale=0.5, shift=0.5)
    grey = numbers("grey", (1, 1, 28, 28), scale=0.5, shift=0.5)
    result = {"fid-2015": record(fid_net(), image, bias=False),
              "fid-2015 grey": record(fid_net(), grey.repeat(1, 3, 1, 1), bias=False),
              "torchvision": record(torchvision.models.inception_v3(weights=None, aux_logits=False, init_weights=False), image, bias=True)}
    del result["fid-2015 grey"]["blocks"]
    OUT.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
