#!/usr/bin/env python3
"""Remakes tests/golden/parity.json: Gannet's recipes written once more as plain PyTorch modules, trained for five steps
in float64. Weights come from a formula, latents, data order and dropout masks from draws.py, so that nothing is taken
from Gannet itself. Needs torch==2.13.0 and numpy:

    python scripts/golden/parity.py            (some seconds)
"""

import json
import math
import pathlib

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import draws

SEED, BATCH, STEPS, SIZE, NZ = 7, 4, 5, 22, 8  # as in tests/recipes/parity_test.cpp
OUT = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "parity.json"

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


class AddressedDropout(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer, self.p, self.place = layer, 0.5, None  # place: of the call under way

    def forward(self, x):
        u = draws.uniform(x.shape[1], x.shape[0], seed=SEED, purpose=draws.DROPOUT, layer=self.layer, **self.place)
        return x * torch.from_numpy((u.astype(np.float64) >= self.p) / (1 - self.p))


class ConditionalNorm(nn.BatchNorm2d):
    """Batch norm whose gain and shift are rows of tables; the labels are set before each call of the net."""

    def __init__(self, channels, classes):
        super().__init__(channels)
        self.weight, self.bias = nn.Parameter(torch.zeros(classes, channels)), nn.Parameter(torch.zeros(classes, channels))
        self.labels = None

    def forward(self, x):
        x = F.batch_norm(x, self.running_mean, self.running_var, None, None, True, 0.1, 1e-5)
        return x * self.weight[self.labels][:, :, None, None] + self.bias[self.labels][:, :, None, None]


class Spectral(nn.Module):
    """A module used with its weight divided by u' W v, one power iteration a call (arXiv:1802.05957, algorithm 1)."""

    def __init__(self, module):
        super().__init__()
        self.module, self.u = module, torch.ones(module.weight.shape[0])

    def forward(self, x):
        m = self.module.weight.flatten(1)
        with torch.no_grad():
            v = F.normalize(m.T @ F.normalize(self.u, dim=0), dim=0)
            u = F.normalize(m @ v, dim=0)
            self.u.copy_(u)
        bounded = {"weight": self.module.weight / (u @ m @ v)}
        return torch.func.functional_call(self.module, bounded, (x,))


class Names:
    """Gannet's names of layers and their numbers: the modules of a net in the order in which they are built."""

    KINDS = {nn.Linear: "dense", nn.Conv2d: "conv", nn.ConvTranspose2d: "conv_transpose", nn.BatchNorm2d: "batch_norm",
             nn.Embedding: "embedding", ConditionalNorm: "conditional_batch_norm", nn.GroupNorm: "group_norm"}

    def __init__(self, net):
        self.net, self.count, self.slots, self.state = net, {}, {}, {}

    def add(self, module):
        kind = self.KINDS[type(module)]
        self.count[kind] = self.count.get(kind, 0) + 1
        name = f"{self.net}.{kind}{self.count[kind]}."
        for field in ("weight", "bias"):
            p = getattr(module, field, None)
            if p is not None:
                self.slots[name + field] = p
        for field in ("running_mean", "running_var"):
            if hasattr(module, field):
                self.state[name + field] = getattr(module, field)
        return module

    def spectral(self, module):
        weight = self.add(module).weight
        name = next(k for k, p in self.slots.items() if p is weight)
        bounded = Spectral(module)
        self.state[name.replace("weight", "spectral.u")] = bounded.u
        return bounded

    def fill(self):
        """The weights of tests/recipes/parity_test.cpp: unit gain, biases +-0.1, norms 1 +- 0.2."""
        for name, p in self.slots.items():
            n = p.numel()
            values = draws.numbers(name, 0, n)
            if p.dim() > 1:
                values = values * math.sqrt(3 * p.shape[0] / n)
            elif name.split(".")[1].startswith("batch_norm") and name.endswith("weight"):
                values = values * 0.2 + 1
            else:
                values = values * 0.1
            p.data = torch.from_numpy(values).reshape(p.shape)


class Maxout(nn.Module):
    def __init__(self, linear, pieces):
        super().__init__()
        self.linear, self.pieces = linear, pieces

    def forward(self, x):
        return self.linear(x).unflatten(1, (-1, self.pieces)).amax(2)


class Conditional(nn.Module):
    """A net that also takes labels; forward is given as a function of its parts."""

    def __init__(self, forward, **parts):
        super().__init__()
        self.parts, self.run = nn.ModuleDict(parts), forward

    def forward(self, x, y):
        return self.run(self.parts, x, y)


class Plain(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.net = nn.Sequential(*layers)

    def forward(self, x, y):
        return self.net(x)


def vanilla(case, g, d):
    dims, width, n = case["dims"], 6, math.prod(case["dims"])
    pack = int(case["options"].get("pack", 1))
    last = [nn.Tanh()] if len(dims) > 1 else []
    G = Plain(g(nn.Linear(NZ, width)), nn.ReLU(), g(nn.Linear(width, width)), nn.ReLU(), g(nn.Linear(width, n)),
              nn.Unflatten(1, dims), *last)
    D = Plain(nn.Flatten(), d(nn.Linear(pack * n, width)), nn.LeakyReLU(0.2), d(nn.Linear(width, width)), nn.LeakyReLU(0.2),
              d(nn.Linear(width, 1)))
    D.features = lambda x: D.net[:-1](x)
    return G, D


def dcgan_parts(dims, g, d, extra_g, extra_d):
    """DCGAN's generator and the body of its discriminator (before the logit)."""
    base, channels, side = 4, dims[0], dims[1]
    n = {28: 2, 32: 3, 64: 4}[side]
    width, start = base << (n - 1), side >> n
    G = [g(nn.Linear(NZ + extra_g, width * start * start, bias=False)), nn.Unflatten(1, (width, start, start)),
         g(nn.BatchNorm2d(width)), nn.ReLU()]
    while width > base:
        G += [g(nn.ConvTranspose2d(width, width // 2, 4, 2, 1, bias=False)), g(nn.BatchNorm2d(width // 2)), nn.ReLU()]
        width //= 2
    G += [g(nn.ConvTranspose2d(width, channels, 4, 2, 1)), nn.Tanh()]
    D = [d(nn.Conv2d(channels + extra_d, base, 4, 2, 1)), nn.LeakyReLU(0.2)]
    width = base
    for _ in range(n - 1):
        D += [d(nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False)), d(nn.BatchNorm2d(2 * width)), nn.LeakyReLU(0.2)]
        width *= 2
    return nn.Sequential(*G), nn.Sequential(*D, nn.Flatten()), width * start * start


def dcgan(case, g, d):
    G, body, features = dcgan_parts(case["dims"], g, d, 0, 0)
    return Plain(G), Plain(body, d(nn.Linear(features, 1)))


def cgan_conv(case, g, d):
    classes, L, concat = case["classes"], 3, case["options"]["label-in-d"] == "concat"
    embed_g = g(nn.Embedding(classes, L))
    embed_d = d(nn.Embedding(classes, L)) if concat else None
    G_body, D_body, features = dcgan_parts(case["dims"], g, d, L, L if concat else 0)
    logit = d(nn.Linear(features, 1))
    G = Conditional(lambda p, x, y: p["body"](torch.cat([x, p["embed"](y)], 1)), embed=embed_g, body=G_body)

    def with_planes(p, x, y):
        planes = p["embed"](y)[:, :, None, None].expand(-1, -1, *x.shape[2:])
        return p["logit"](p["body"](torch.cat([x, planes], 1)))

    def with_projection(p, x, y):
        h = p["body"](x)
        return p["logit"](h) + (p["embed"](y) * h).sum(1, keepdim=True)

    if not concat:
        embed_d = d(nn.Embedding(classes, features))
    return G, Conditional(with_planes if concat else with_projection, embed=embed_d, body=D_body, logit=logit)


# Numbers of the dropout layers: inputs, weights and layers of G and then of D, counted in the order they are built.
G_DROPOUT, D_DROPOUT = 14, (20 + 5, 20 + 14)


def cgan_mlp(case, g, d):
    dims, classes, n = case["dims"], case["classes"], math.prod(case["dims"])
    wide = lambda paper: max(1, paper * 2 // 64)  # --ngf 2, --ndf 2
    z, y1, joint = wide(200), wide(1000), wide(1200)
    G = Conditional(lambda p, x, y: p["out"](torch.cat([F.relu(p["embed"](y)), F.relu(p["z"](x))], 1)),
                    z=g(nn.Linear(NZ, z)), embed=g(nn.Embedding(classes, y1)),
                    out=nn.Sequential(g(nn.Linear(z + y1, joint)), nn.ReLU(), AddressedDropout(G_DROPOUT),
                                      g(nn.Linear(joint, n)), nn.Unflatten(1, dims), nn.Tanh()))
    h, y2 = wide(240), wide(50)
    D = Conditional(lambda p, x, y: p["out"](torch.cat([p["embed"](y), p["x"](x.flatten(1))], 1)),
                    x=nn.Sequential(Maxout(d(nn.Linear(n, 5 * h)), 5), AddressedDropout(D_DROPOUT[0])),
                    embed=d(nn.Embedding(classes, y2)),
                    out=nn.Sequential(Maxout(d(nn.Linear(h + y2, 4 * h)), 4), AddressedDropout(D_DROPOUT[1]),
                                      d(nn.Linear(h, 1))))
    return G, D


class Block(nn.Module):
    """Pooling and upsampling on the way past stand as in the papers; Gannet changes places with the 1x1 convolution."""

    def __init__(self, main, past):
        super().__init__()
        self.main, self.past = nn.Sequential(*main), nn.Sequential(*past)

    def forward(self, x):
        return self.main(x) + self.past(x)


def residual_28(case, g, norm_g, d, norm_d):
    """The residual networks of 28 pixels: G, and D before its head (arXiv:1704.00028, 1802.05957; ngf 1, ndf 1)."""
    channels, wide, narrow = case["dims"][0], 4, 2
    G = [g(nn.Linear(NZ, wide * 49)), nn.Unflatten(1, (wide, 7, 7))]
    for _ in range(2):
        main = [norm_g(wide), nn.ReLU(), nn.Upsample(scale_factor=2), g(nn.Conv2d(wide, wide, 3, padding=1, bias=False)),
                norm_g(wide), nn.ReLU(), g(nn.Conv2d(wide, wide, 3, padding=1))]
        G.append(Block(main, [nn.Upsample(scale_factor=2), g(nn.Conv2d(wide, wide, 1))]))
    G += [norm_g(wide), nn.ReLU(), g(nn.Conv2d(wide, channels, 3, padding=1)), nn.Tanh()]
    wide_d = lambda start: d(nn.Conv2d(start, narrow, 3, padding=1))
    D = [Block([wide_d(channels), nn.ReLU(), wide_d(narrow), nn.AvgPool2d(2)], [d(nn.Conv2d(channels, narrow, 1)), nn.AvgPool2d(2)])]
    for halve in (True, False, False):
        main = [*norm_d(narrow), nn.ReLU(), wide_d(narrow), *norm_d(narrow), nn.ReLU(), wide_d(narrow)]
        past = [d(nn.Conv2d(narrow, narrow, 1)), nn.AvgPool2d(2)] if halve else []
        D.append(Block(main + [nn.AvgPool2d(2)] * halve, past))
    return nn.Sequential(*G), nn.Sequential(*D, *norm_d(narrow), nn.ReLU()), narrow


def wgan_gp_residual(case, g, d):
    layer = lambda n: [d(nn.GroupNorm(1, n))] if case["options"]["d-norm"] == "layer" else []
    G, body, features = residual_28(case, g, lambda n: g(nn.BatchNorm2d(n)), d, layer)
    return Plain(G), Plain(body, nn.AvgPool2d(7), nn.Flatten(), d(nn.Linear(features, 1)))


def sngan_residual(case, g, d):
    bounded = d.__self__.spectral  # d is the method add of D's names
    G, body, features = residual_28(case, g, lambda n: g(ConditionalNorm(n, case["classes"])), bounded, lambda n: [])

    def by_class(p, x, y):
        for module in p["body"].modules():
            if isinstance(module, ConditionalNorm):
                module.labels = y
        return p["body"](x)

    def with_projection(p, x, y):
        h = p["body"](x).sum((2, 3))
        return p["logit"](h) + (p["embed"](y) * h).sum(1, keepdim=True)

    D = Conditional(with_projection, body=body, logit=bounded(nn.Linear(features, 1)),
                    embed=bounded(nn.Embedding(case["classes"], features)))
    return Conditional(by_class, body=G), D


class Residual(nn.Module):
    def __init__(self, add, *layers):
        super().__init__()
        self.a, self.b, self.c = map(add, layers)

    def forward(self, x):
        return x + self.c(F.leaky_relu(self.b(F.leaky_relu(self.a(x), 0.2)), 0.2))


class Resize(nn.Module):
    def __init__(self, by):
        super().__init__()
        self.by = by

    def forward(self, x):
        return F.interpolate(x, scale_factor=self.by, mode="bilinear", antialias=self.by < 1)


def r3gan(case, g, d):
    dims, base, expansion = case["dims"], 16, int(case["options"].get("expansion", 1))

    def block(add, width):
        middle = expansion * width
        if len(dims) == 1:
            return Residual(add, nn.Linear(width, middle), nn.Linear(middle, middle), nn.Linear(middle, width, bias=False))
        return Residual(add, nn.Conv2d(width, middle, 1), nn.Conv2d(middle, middle, 3, 1, 1, groups=middle // 16),
                        nn.Conv2d(middle, width, 1, bias=False))

    if len(dims) == 1:
        width = 4 * base
        G = Plain(g(nn.Linear(NZ, width)), block(g, width), block(g, width), g(nn.Linear(width, dims[0])))
        return G, Plain(d(nn.Linear(dims[0], width, bias=False)), block(d, width), block(d, width), d(nn.Linear(width, 1)))
    channels, side = dims[0], dims[1]
    n = {28: 2, 32: 3, 64: 4}[side]
    widths, start = [base << min(n - 1 - i, 2) for i in range(n)], side >> n
    width, learned = widths[0], case["options"].get("resample") == "learned"
    G = [g(nn.Linear(NZ, width * start * start)), nn.Unflatten(1, (width, start, start))]
    for i, wanted in enumerate(widths):
        if learned and i > 0:
            G += [g(nn.ConvTranspose2d(width, wanted, 4, 2, 1)), nn.LeakyReLU(0.2)]
        elif i > 0:
            G += [g(nn.Conv2d(width, wanted, 1, bias=False))] if width != wanted else []
            G.append(Resize(2))
        width = wanted
        G.append(block(g, width))
    G += [g(nn.ConvTranspose2d(width, channels, 4, 2, 1)), nn.Tanh()]
    D, width = [d(nn.Conv2d(channels, base, 4, 2, 1, bias=False))], base
    for i, wanted in reversed(list(enumerate(widths))):
        if learned and i < n - 1:
            D += [d(nn.Conv2d(width, wanted, 4, 2, 1)), nn.LeakyReLU(0.2)]
        elif i < n - 1:
            D.append(Resize(0.5))
            D += [d(nn.Conv2d(width, wanted, 1, bias=False))] if width != wanted else []
        width = wanted
        D.append(block(d, width))
    D += [d(nn.Conv2d(width, width, start, groups=width, bias=False)), nn.Flatten(), d(nn.Linear(width, 1))]
    return Plain(*G), Plain(*D)


BUILD = {"vanilla": vanilla, "dcgan": dcgan, "cgan_conv": cgan_conv, "cgan_mlp": cgan_mlp, "wgan_gp_residual": wgan_gp_residual,
         "sngan_residual": sngan_residual, "r3gan": r3gan}


def d_loss(name, real, fake, smooth=0, smooth_fake=0):
    ones, zeros = torch.full_like(real, 1 - smooth), torch.full_like(fake, smooth_fake)
    if name in ("ns", "minimax"):
        return F.binary_cross_entropy_with_logits(real, ones) + F.binary_cross_entropy_with_logits(fake, zeros)
    if name == "lsgan":
        return (F.mse_loss(real, ones) + F.mse_loss(fake, zeros)) / 2
    if name == "hinge":
        return F.relu(1 - real).mean() + F.relu(1 + fake).mean()
    if name == "wgan":
        return fake.mean() - real.mean()
    if name == "rpgan":
        return F.binary_cross_entropy_with_logits(real - fake, ones)
    return (F.binary_cross_entropy_with_logits(real - fake.mean(), ones)
            + F.binary_cross_entropy_with_logits(fake - real.mean(), zeros))


def g_loss(name, real, fake):
    ones = torch.ones_like(fake)
    if name == "ns":
        return F.binary_cross_entropy_with_logits(fake, ones)
    if name == "minimax":
        return torch.log(1 - torch.sigmoid(fake)).mean()
    if name == "lsgan":
        return F.mse_loss(fake, ones) / 2
    if name in ("hinge", "wgan"):
        return -fake.mean()
    return d_loss(name, fake, real)


def slope(net, x, y, **place):
    """What a net says of x, and the derivative of its sum by x."""
    x = x.detach().requires_grad_()
    logits = call(net, x, y, **place)
    return logits, torch.autograd.grad(logits.sum(), x, create_graph=True)[0].flatten(1)


def penalties(options, D, slopes, real, fake, y, latents_at, at):
    """The terms of the penalties that are on, by name, in Gannet's order."""
    weight = lambda name: float(options.get(name, 0))
    terms = {}
    for name in ("r1", "r2"):
        if weight(name):
            terms[name] = weight(name) / 2 * (slopes[name] ** 2).sum(1).mean()

    def towards(points, place):
        norm = ((slope(D, points, y, call=place, **at)[1] ** 2).sum(1) + 1e-12).sqrt()  # a slope may be 0
        excess = norm - float(options.get("gp-target", 1))
        return ((F.relu(excess) if options.get("gp-one-sided") == "true" else excess) ** 2).mean()

    if weight("gp"):
        u = torch.from_numpy(draws.uniform(1, BATCH, purpose=draws.GP_INTERPOLATION, **latents_at).astype(np.float64))
        u = u[:len(real)].reshape(-1, *[1] * (real.dim() - 1))  # a pack takes one
        terms["gp"] = weight("gp") * towards((1 - u) * real + u * fake, 2)
    if weight("dragan"):
        n = real[0].numel()
        noise = draws.normal(n, BATCH, purpose=draws.DRAGAN_NOISE, **latents_at).astype(np.float64)
        points = real + float(options["dragan-spread"]) * torch.from_numpy(noise).reshape(real.shape)
        terms["dragan"] = weight("dragan") * towards(points, 3)
    return terms


def scheduled(options, name, images, start=None):
    """The value of an option that moves to NAME-end by a cosine over the whole run."""
    start = float(options[name]) if start is None else start
    if name + "-end" not in options:
        return start
    end = float(options[name + "-end"])
    return end + (start - end) * (1 + math.cos(math.pi * min(1, images / (STEPS * BATCH)))) / 2


def augment(x, parts, u):
    """DiffAugment (arXiv:2006.10738) image by image, by plain slices."""
    out = []
    for p, v in zip(x, u):
        side_h, side_w = p.shape[1:]
        if "color" in parts:
            p = p + (v[0] - 0.5)
            grey = p.mean(0, keepdim=True)
            p = grey + (p - grey) * (2 * v[1])
            p = p.mean() + (p - p.mean()) * (v[2] + 0.5)
        if "translation" in parts:
            reach_h, reach_w = (side_h + 4) // 8, (side_w + 4) // 8
            dh, dw = math.floor(v[3] * (2 * reach_h + 1)) - reach_h, math.floor(v[4] * (2 * reach_w + 1)) - reach_w
            wide = F.pad(p, (reach_w, reach_w, reach_h, reach_h))
            p = wide[:, reach_h + dh:reach_h + dh + side_h, reach_w + dw:reach_w + dw + side_w]
        if "cutout" in parts:
            mask = torch.ones(side_h, side_w)
            h, w = (side_h + 1) // 2, (side_w + 1) // 2
            top = math.floor(v[5] * (side_h + 1 - h % 2)) - h // 2
            left = math.floor(v[6] * (side_w + 1 - w % 2)) - w // 2
            mask[max(0, top):max(0, top + h), max(0, left):max(0, left + w)] = 0
            p = p * mask
        if "mirror" in parts and v[7] < 0.5:
            p = p.flip(2)
        out.append(p)
    return torch.stack(out)


def drawn(kind, shape, purpose, at):
    n = math.prod(shape[1:])
    values = (draws.uniform if kind == "uniform" else draws.normal)(n, shape[0], purpose=purpose, **at)
    return torch.from_numpy(values.astype(np.float64)).reshape(shape)


def seen(options, x, real, images, at):
    """What D is shown of samples."""
    if "aug" in options:
        u = drawn("uniform", [len(x), 8], draws.AUGMENT_REAL if real else draws.AUGMENT_FAKE, at)
        x = augment(x, options["aug"].split(","), u.numpy())
    if "noise" in options:
        x = x + scheduled(options, "noise", images) * drawn("normal", x.shape, draws.INSTANCE_NOISE_REAL if real else draws.INSTANCE_NOISE_FAKE, at)
    pack = int(options.get("pack", 1))
    return x.reshape(len(x) // pack, pack * x.shape[1], *x.shape[2:])


def recalled(options, fake, pool, at):
    """CycleGAN's pool (arXiv:1612.07828): what D is shown instead of fakes."""
    if "pool" not in options:
        return fake
    shown, u = fake.clone(), drawn("uniform", [len(fake), 2], draws.IMAGE_POOL, at)
    for i, image in enumerate(fake):
        if len(pool) < int(options["pool"]):
            pool.append(image.clone())
        elif u[i, 0] < 0.5:
            place = int(u[i, 1].item() * len(pool))
            shown[i], pool[place] = pool[place], image.clone()
    return shown


def orthogonality(module):
    total = 0
    for p in module.parameters():
        if p.dim() > 1:
            gram = p.flatten(1) @ p.flatten(1).T
            total = total + (gram ** 2).sum() - (gram.diagonal() ** 2).sum()
    return total


def further_d(options, D, x_real, logits_real, logits_fake, y, means, latents_at, at):
    """The further terms of D, by name, in Gannet's order; means: LeCam's averages of D(x) and D(G(z))."""
    terms = {}
    if "lecam" in options:
        for i, logits in enumerate((logits_real, logits_fake)):
            means[i] = 0.99 * means[i] + 0.01 * logits.mean().item()
        terms["lecam"] = float(options["lecam"]) * (((logits_real - means[1]) ** 2).mean() + ((logits_fake - means[0]) ** 2).mean())
    if "cr" in options:
        moved = augment(x_real, ["translation", "mirror"], drawn("uniform", [len(x_real), 8], draws.CONSISTENCY_AUGMENT, latents_at).numpy())
        terms["cr"] = float(options["cr"]) * ((logits_real - call(D, moved, y, call=2, **at)) ** 2).mean()
    if "ortho" in options:
        terms["D_ortho"] = float(options["ortho"]) * orthogonality(D)
    return terms


def further_g(options, G, D, z, real, fake, y, lengths, latents_at, at):
    """The same of G; lengths: the average path length."""
    terms = {}
    if "feature-matching" in options:
        gap = D.features(real).mean(0).detach() - D.features(fake).mean(0)
        terms["features"] = float(options["feature-matching"]) * (gap ** 2).mean()
    if "pl" in options:
        z = z.clone().requires_grad_()
        out = G(z, y)
        v = drawn("normal", out.shape, draws.PATH_LENGTH_DIRECTION, latents_at) / math.sqrt(math.prod(out.shape[2:]))
        length = (torch.autograd.grad((out * v).sum(), z, create_graph=True)[0] ** 2).sum(1).add(1e-12).sqrt()
        lengths[0] = 0.99 * lengths[0] + 0.01 * length.mean().item()
        terms["pl"] = float(options["pl"]) * ((length - lengths[0]) ** 2).mean()
    if "ortho" in options:
        terms["G_ortho"] = float(options["ortho"]) * orthogonality(G)
    return terms


def optimizer(options, module, lr):
    if options["optimizer"] == "sgd":
        return torch.optim.SGD(module.parameters(), lr, momentum=float(options["momentum"]))
    return torch.optim.Adam(module.parameters(), lr, (0.5, 0.999), eps=1e-8)


class Source:
    """The formula's samples, in the loader's order."""

    def __init__(self, case):
        self.dims, self.classes, self.read = case["dims"], case["classes"], 0

    def batch(self):
        n, rows, labels = math.prod(self.dims), [], []
        for index in draws.batch_indices(self.read, SIZE, BATCH, SEED):
            rows.append(draws.numbers("sample", index * n, n).astype(np.float32).astype(np.float64))
            labels.append(index % self.classes if self.classes else 0)
        self.read += 1
        return torch.from_numpy(np.stack(rows)).reshape(BATCH, *self.dims), torch.tensor(labels)


def latents(step, phase=0, repeat=0):
    z = draws.normal(NZ, BATCH, seed=SEED, step=step, purpose=draws.LATENT, phase=phase, repeat=repeat)
    return torch.from_numpy(z.astype(np.float64))


def call(net, x, y, **place):
    for module in net.modules():
        if isinstance(module, AddressedDropout):
            module.place = place
    return net(x, y)


def summary(t):
    x = t.detach().numpy().reshape(-1)
    if x.size <= 6:
        return [float(v) for v in x]
    along = [float(x @ draws.numbers(f"projection {k}", 0, x.size)) for k in range(3)]
    return [float(np.linalg.norm(x)), float(x.sum())] + along


def train(case):
    options = case["options"]
    g_names, d_names = Names("G"), Names("D")
    G, D = BUILD[case["build"]](case, g_names.add, d_names.add)
    g_names.fill(), d_names.fill()
    ema_names = {k: v.detach().clone() for k, v in (g_names.slots | g_names.state).items()}
    opt_g, opt_d = optimizer(options, G, float(options["glr"])), optimizer(options, D, float(options["dlr"]))
    source, loss = Source(case), options["loss"]
    relativistic = loss in ("rpgan", "ragan")
    result = {"losses": [], "gradients": {}, "after": {}}
    pool, means, lengths, weight = [], [0.0, 0.0], [0.0], lambda name: float(options.get(name, 0))
    for step in range(STEPS):
        images = step * BATCH
        for opt, lr in ((opt_g, options["glr"]), (opt_d, options["dlr"])):
            for group in opt.param_groups:
                group["lr"] = float(lr) * scheduled(options, "lr", images, 2e-4) / 2e-4
                if "betas" in group:
                    group["betas"] = (0.5, scheduled(options, "b2", images, 0.999))
        x, y = source.batch()
        shared = call(G, latents(step), y, step=step, phase=0, repeat=0, call=0)
        d_losses = []  # each: the loss and the penalties
        for repeat in range(int(options["n-critic"])):
            fake, real, label, at = shared, x, y, dict(step=step, phase=1, repeat=repeat)
            latents_at = dict(seed=SEED, step=step) | (dict(phase=1, repeat=repeat) if repeat else {})
            if repeat > 0:
                real, label = source.batch()
                fake = call(G, latents(step, 1, repeat), label, call=0, **at)
            fake = seen(options, recalled(options, fake.detach(), pool, latents_at), False, images, latents_at)
            real = seen(options, real, True, images, latents_at)
            logits_real, slope_real = slope(D, real, label, call=0, **at)
            logits_fake, slope_fake = slope(D, fake, label, call=1, **at)
            terms = {"D": d_loss(loss, logits_real, logits_fake, weight("smooth"), weight("smooth-fake"))}
            now = options | ({"r1": scheduled(options, "gamma", images)} if "gamma" in options else {})
            terms |= penalties(now, D, {"r1": slope_real, "r2": slope_fake}, real, fake, label, latents_at, at)
            terms |= further_d(options, D, real, logits_real, logits_fake, label, means, latents_at, at)
            opt_d.zero_grad()
            sum(terms.values()).backward()
            opt_d.step()
            if "clip" in options:
                for p in D.parameters():
                    p.data.clamp_(-float(options["clip"]), float(options["clip"]))
            d_losses.append([value.item() for value in terms.values()])
        if step == 0:
            result["gradients"] |= {k: summary(p.grad) for k, p in d_names.slots.items()}
        at, logits_real = dict(step=step, phase=2, repeat=0), None
        latents_at = dict(seed=SEED, step=step) | (dict(phase=2, repeat=0) if relativistic else {})
        if relativistic:
            x, y = source.batch()
            logits_real = call(D, seen(options, x, True, images, latents_at), y, call=0, **at)
            shared = call(G, latents(step, 2, 0), y, call=0, **at)
        shown = seen(options, shared, False, images, latents_at)
        logits = call(D, shown, y, call=1 if relativistic else 0, **at)
        if "topk" in options:
            share = scheduled(options | {"topk-end": options["topk"]}, "topk", images, 1.0)
            logits = logits.flatten().sort(descending=True)[0][:math.ceil(share * logits.numel())]
        terms = {"G": g_loss(loss, logits_real, logits)}
        terms |= further_g(options, G, D, latents(step), seen(options, x, True, images, latents_at), shown, y, lengths,
                           latents_at, at)
        opt_g.zero_grad()
        sum(terms.values()).backward()
        opt_g.step()
        if step == 0:
            result["gradients"] |= {k: summary(p.grad) for k, p in g_names.slots.items()}
        result["losses"].append([float(v) for v in np.mean(d_losses, 0)] + [v.item() for v in terms.values()])
        half_life = min(float(options["ema"]) * 1000, float(options["ema-rampup"]) * (step + 1) * BATCH)
        decay = 0.5 ** (BATCH / half_life)
        for k, v in (g_names.slots | g_names.state).items():
            ema_names[k] = decay * ema_names[k] + (1 - decay) * v.detach()
    for names in (g_names.slots, g_names.state, d_names.slots, d_names.state):
        result["after"] |= {k: summary(v) for k, v in names.items()}
    result["after"] |= {"G_ema" + k[1:]: summary(v) for k, v in ema_names.items()}
    return result


def train_vae(case):
    """arXiv:1312.6114 with a logistic likelihood of 256 levels (arXiv:1701.05517, eq. 2)."""
    options = case["options"]
    names = {name: Names(name) for name in "EGS"}
    G, body, features = dcgan_parts(case["dims"], names["G"].add, names["E"].add, 0, 0)
    E = nn.Sequential(body, names["E"].add(nn.Linear(features, 2 * NZ)))
    S = names["S"].add(nn.Linear(1, case["dims"][0]))
    for n in names.values():
        n.fill()
    values = {k: v for n in names.values() for k, v in (n.slots | n.state).items()}
    ema = {k: v.detach().clone() for k, v in values.items()}
    opts = [optimizer(options, net, float(options["lr"])) for net in (E, G, S)]
    source, result, half = Source(case), {"losses": [], "gradients": {}, "after": {}}, 1 / 255
    for step in range(STEPS):
        x, _ = source.batch()
        mean, log_variance = E(x).split(NZ, 1)
        y = G(mean + (log_variance / 2).exp() * latents(step))
        scale = S(torch.ones(1, 1))[0].exp()[:, None, None]
        upper, lower = torch.sigmoid((x + half - y) / scale), torch.sigmoid((x - half - y) / scale)
        p = torch.where(x < -1 + half, upper, torch.where(x > 1 - half, 1 - lower, upper - lower))
        terms = [-p.log().flatten(1).sum(1).mean(),
                 float(options["beta"]) * 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(1).mean()]
        for opt in opts:
            opt.zero_grad()
        sum(terms).backward()
        for opt in opts:
            opt.step()
        if step == 0:
            result["gradients"] = {k: summary(p.grad) for n in names.values() for k, p in n.slots.items()}
        result["losses"].append([t.item() for t in terms])
        half_life = min(float(options["ema"]) * 1000, float(options["ema-rampup"]) * (step + 1) * BATCH)
        decay = 0.5 ** (BATCH / half_life)
        for k, v in values.items():
            ema[k] = decay * ema[k] + (1 - decay) * v.detach()
    result["after"] = {k: summary(v) for k, v in values.items()}
    result["after"] |= {k[0] + "_ema" + k[1:]: summary(v) for k, v in ema.items()}
    return result


def cases():
    adam = {"optimizer": "adam", "glr": "0.001", "dlr": "0.002"}
    sgd = lambda momentum: {"optimizer": "sgd", "momentum": momentum, "glr": "0.03", "dlr": "0.05"}

    def case(recipe, dims, loss, opt, build=None, classes=0, **more):
        width = {"vanilla": "6", "r3gan": "16", "dcgan": "4", "cgan_conv": "4", "cgan_mlp": "2", "wgan_gp_residual": "1",
                 "sngan_residual": "1"}[build or recipe]
        options = {"nz": str(NZ), "ngf": width, "ndf": width, "loss": loss, "n-critic": "1", "ema": "10",
                   "ema-rampup": "0.5", "seed": str(SEED), **opt, **{k.replace("_", "-"): v for k, v in more.items()}}
        return {"recipe": recipe, "build": build or recipe, "dims": dims, "classes": classes, "options": options}

    yield case("vanilla", [2], "ns", adam)
    yield case("vanilla", [2], "minimax", sgd("0"))
    yield case("vanilla", [2], "ns", sgd("0.9"))
    yield case("vanilla", [1, 8, 8], "minimax", adam)
    yield case("vanilla", [1, 8, 8], "ns", sgd("0.9"), ema="0.01", ema_rampup="1")
    yield case("vanilla", [2], "ns", adam, n_critic="2")
    for loss in ("lsgan", "hinge", "wgan", "rpgan", "ragan"):
        yield case("vanilla", [2], loss, sgd("0.5"))
    yield case("vanilla", [2], "ns", sgd("0.5"), r1="2")
    yield case("vanilla", [1, 8, 8], "rpgan", adam, r1="0.5", r2="0.25")
    yield case("vanilla", [2], "wgan", sgd("0.5"), gp="2", n_critic="2")
    yield case("vanilla", [1, 8, 8], "wgan", sgd("0"), gp="5", gp_one_sided="true", gp_target="0.2")
    yield case("vanilla", [2], "ns", sgd("0.5"), dragan="10", dragan_spread="0.3")
    yield case("vanilla", [2], "wgan", sgd("0.5"), clip="0.2", n_critic="2")
    yield case("cgan", [1, 8, 8], "hinge", adam, "cgan_mlp", 5, arch="mlp", gp="10", r1="1")
    yield case("vanilla", [2], "ns", sgd("0.5"), smooth="0.1", smooth_fake="0.05", topk="0.5")
    yield case("vanilla", [1, 8, 8], "lsgan", adam, smooth="0.2", pack="2", noise="0.3", noise_end="0.1")
    yield case("vanilla", [2], "hinge", sgd("0.5"), lecam="0.3", n_critic="2", pack="2", gp="1")
    yield case("vanilla", [1, 8, 8], "ns", sgd("0.5"), cr="10", aug="color,translation,cutout,mirror", r1="1")
    yield case("vanilla", [2], "ns", sgd("0.9"), pool="6")
    yield case("vanilla", [1, 8, 8], "rpgan", adam, aug="translation,mirror", ortho="0.01")
    yield case("vanilla", [1, 8, 8], "ns", adam, pl="2", feature_matching="3", ortho="0.02")
    yield case("vanilla", [2], "ns", adam, gamma="2", gamma_end="0.2", lr="0.0002", lr_end="0.00005", b2="0.999", b2_end="0.9")
    yield case("dcgan", [1, 28, 28], "ns", adam)
    yield case("dcgan", [1, 28, 28], "minimax", sgd("0"))
    yield case("dcgan", [1, 28, 28], "ns", sgd("0.9"))
    # Noise: without it a value before an activation of D is so near 0 that its sign in float32 depends on the threads.
    yield case("dcgan", [3, 32, 32], "ns", adam, noise="0.3", noise_end="0.1")
    yield case("dcgan", [1, 64, 64], "minimax", adam)
    yield case("cgan", [1, 8, 8], "ns", adam, "cgan_mlp", 5, arch="mlp")
    yield case("cgan", [1, 8, 8], "minimax", sgd("0"), "cgan_mlp", 5, arch="mlp")
    yield case("cgan", [1, 8, 8], "ns", sgd("0.9"), "cgan_mlp", 5, arch="mlp")
    conv = dict(arch="conv", label_width="3")
    yield case("cgan", [1, 28, 28], "ns", adam, "cgan_conv", 5, label_in_d="projection", **conv)
    yield case("cgan", [1, 28, 28], "minimax", sgd("0.9"), "cgan_conv", 5, label_in_d="concat", **conv)
    yield case("cgan", [3, 32, 32], "ns", sgd("0"), "cgan_conv", 5, label_in_d="projection", **conv)
    for norm in ("none", "layer"):
        yield case("wgan-gp", [1, 28, 28], "wgan", sgd("0.5"), "wgan_gp_residual", arch="residual", d_norm=norm, gp="10")
    yield case("sngan", [1, 28, 28], "hinge", sgd("0.5"), "sngan_residual", 5, arch="residual", cond="true")
    pairs = dict(b1="0.5", b2="0.999", r1="0.2", r2="0.3")
    yield case("r3gan", [2], "rpgan", adam, expansion="2", **pairs)
    yield case("r3gan", [1, 28, 28], "rpgan", adam, expansion="2", **pairs)
    yield case("r3gan", [3, 32, 32], "rpgan", sgd("0.5"), **pairs)
    yield case("r3gan", [3, 32, 32], "rpgan", sgd("0.5"), resample="learned", **pairs)
    for dims, opt in (([1, 28, 28], dict(optimizer="adam", lr="0.001")), ([3, 32, 32], dict(optimizer="sgd", momentum="0.5", lr="0.00001"))):
        yield {"recipe": "vae", "build": "vae", "dims": dims, "classes": 0,
               "options": {"nz": str(NZ), "ngf": "4", "ndf": "4", "beta": "1.5", "b1": "0.5", "ema": "10", "ema-rampup": "0.5",
                           "seed": str(SEED), **opt}}


def main():
    done = []
    for case in cases():
        done.append(case | (train_vae if case["build"] == "vae" else train)(case))
        print(case["build"], case["dims"], case["options"], done[-1]["losses"][-1])
    for case in done:
        del case["build"]
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text("[\n" + ",\n".join(json.dumps(case) for case in done) + "\n]\n")
    print(OUT.name, OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
