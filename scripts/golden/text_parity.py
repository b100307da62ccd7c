#!/usr/bin/env python3
"""Remakes tests/golden/text_parity.json: text2image written once more as plain PyTorch, trained for five steps in float64, as
parity.py does it for the other recipes. The attention, the padding and both players' sentences are PyTorch's own layers and
plain indexing here. Needs torch==2.13.0 and numpy:

    python scripts/golden/text_parity.py            (some seconds)
"""
import json

import torch
from torch import nn
from torch.nn import functional as F

import draws
import parity
from parity import BATCH, NZ, SEED, SIZE, STEPS

OUT = parity.OUT.with_name("text_parity.json")
TOKENS, VOCABULARY = 6, 10  # as in tests/support/memory_dataset.h
WIDTH, HEADS, BASE = 8, 2, 4  # --text-width, --text-heads, --ngf and --ndf


class Positions(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(TOKENS, WIDTH))

    def forward(self, x):
        return x + self.weight


class Tokenwise(nn.Linear):
    """A dense layer of each token, which has a name of its own."""


class Names(parity.Names):
    KINDS = parity.Names.KINDS | {Positions: "positional_embedding", nn.LayerNorm: "layer_norm", Tokenwise: "linear"}


class Block(nn.Module):
    def __init__(self, add):
        super().__init__()
        self.norm1 = add(nn.LayerNorm(WIDTH))
        self.query, self.key, self.value, self.out = (add(Tokenwise(WIDTH, WIDTH)) for _ in range(4))
        self.norm2 = add(nn.LayerNorm(WIDTH))
        self.wide, self.narrow = add(Tokenwise(WIDTH, 4 * WIDTH)), add(Tokenwise(4 * WIDTH, WIDTH))

    def forward(self, x, tokens):
        h = self.norm1(x)
        heads = lambda y: y.unflatten(2, (HEADS, WIDTH // HEADS)).transpose(1, 2)
        real = (tokens != 0)[:, None, None, :]
        h = F.scaled_dot_product_attention(heads(self.query(h)), heads(self.key(h)), heads(self.value(h)), attn_mask=real)
        x = x + self.out(h.transpose(1, 2).flatten(2))
        return x + self.narrow(F.gelu(self.wide(self.norm2(x))))


class Encoder(nn.Module):
    def __init__(self, add, blocks):
        super().__init__()
        self.embed, self.positions = add(nn.Embedding(VOCABULARY, WIDTH)), add(Positions())
        self.blocks = nn.ModuleList(Block(add) for _ in range(blocks))
        self.norm = add(nn.LayerNorm(WIDTH))

    def forward(self, tokens):
        x = self.positions(self.embed(tokens))
        for block in self.blocks:
            x = block(x, tokens)
        return self.norm(torch.stack([h[t != 0].mean(0) for h, t in zip(x, tokens)]))


class Modulated(nn.Module):
    """DF-GAN's DFBlock, around which the values also go."""

    def __init__(self, add, channels):
        super().__init__()
        self.styles = nn.ModuleList(add(nn.Linear(4 * BASE, 2 * channels)) for _ in range(2))
        self.conv = add(nn.Conv2d(channels, channels, 3, padding=1))

    def forward(self, x, style):
        h = x
        for layer in self.styles:
            gain, shift = layer(style)[:, :, None, None].chunk(2, 1)
            h = F.leaky_relu(h * (1 + gain) + shift, 0.2)
        return self.conv(h) + x


class Generator(nn.Module):
    def __init__(self, add, channels, start, levels):
        super().__init__()
        width = BASE << (levels - 1)
        self.first_shape = (width, start, start)
        self.style = add(nn.Linear(NZ + WIDTH, 4 * BASE))
        self.first = add(nn.Linear(NZ + WIDTH, width * start * start))
        self.blocks, self.ups = nn.ModuleList([Modulated(add, width)]), nn.ModuleList()
        while width > BASE:
            self.ups.append(add(nn.ConvTranspose2d(width, width // 2, 4, 2, 1)))
            width //= 2
            self.blocks.append(Modulated(add, width))
        self.last = add(nn.ConvTranspose2d(width, channels, 4, 2, 1))

    def forward(self, z, sentence):
        code = torch.cat([sentence, z], 1)
        style = F.leaky_relu(self.style(code), 0.2)
        h = self.blocks[0](self.first(code).unflatten(1, self.first_shape), style)
        for up, block in zip(self.ups, self.blocks[1:]):
            h = block(up(h), style)
        return torch.tanh(self.last(F.leaky_relu(h, 0.2)))


class Discriminator(nn.Module):
    def __init__(self, add, channels, start, levels, contrast):
        super().__init__()
        body, width = [add(nn.Conv2d(channels, BASE, 4, 2, 1)), nn.LeakyReLU(0.2)], BASE
        for _ in range(levels - 1):
            body += [add(nn.Conv2d(width, 2 * width, 4, 2, 1)), nn.LeakyReLU(0.2)]
            width *= 2
        self.body = nn.Sequential(*body)
        self.caption = add(nn.Linear(width * start * start, WIDTH)) if contrast else None
        self.joint = add(nn.Conv2d(width + WIDTH, width, 3, padding=1))
        self.logit = add(nn.Linear(width * start * start, 1))

    def forward(self, x, sentence):
        h = self.body(x)
        self.said = self.caption(h.flatten(1)) if self.caption else None
        h = torch.cat([h, sentence[:, :, None, None].expand(-1, -1, *h.shape[2:])], 1)
        return self.logit(F.leaky_relu(self.joint(h), 0.2).flatten(1))


class Source(parity.Source):
    """The formula's samples with their tokens."""

    def batch(self):
        indices = draws.batch_indices(self.read, SIZE, BATCH, SEED)
        x, _ = super().batch()
        rows = [[1 + (3 * i + k) % (VOCABULARY - 1) if k <= i % TOKENS else 0 for k in range(TOKENS)] for i in indices]
        return x, torch.tensor(rows)


def contrast(weight, D, e, tokens):
    """Each image's sentence among those of the batch, by the cosine; the last thing that D saw."""
    if D.said is None:
        return []
    scores = torch.stack([torch.stack([(p @ s) / (p.norm() * s.norm()) / 0.1 for s in e]) for p in D.said])
    total = 0
    for i in range(len(e)):
        others = [j for j in range(len(e)) if j == i or not torch.equal(tokens[i], tokens[j])]
        total = total + torch.logsumexp(scores[i][others], 0) - scores[i, i]
    return [weight * total / len(e)] if weight else []


def optimizer(options, module, lr, share):
    """Updates of a lazy phase come besides the others: arXiv:1912.04958, appendix B."""
    if options["optimizer"] == "sgd":
        return torch.optim.SGD(module.parameters(), share * lr, momentum=float(options["momentum"]) ** share)
    betas = (float(options["b1"]) ** share, float(options["b2"]) ** share)
    return torch.optim.Adam(module.parameters(), share * lr, betas, eps=1e-8)


def learn(opt, loss):
    opt.zero_grad(set_to_none=False)  # what a loss does not reach still moves by its momentum
    loss.backward()
    opt.step()


def train(case):
    options, loss = case["options"], case["options"]["loss"]
    channels, side = case["dims"][:2]
    levels = {28: 2, 32: 3, 64: 4}[side]
    names = {net: Names(net) for net in "EGD"}
    nets = {"E": Encoder(names["E"].add, int(options["text-layers"])),
            "G": Generator(names["G"].add, channels, side >> levels, levels),
            "D": Discriminator(names["D"].add, channels, side >> levels, levels, float(options["contrast"]) > 0)}
    for n in names.values():
        n.fill()
    E, G, D = nets.values()
    every, weight, power = int(options["ma-gp-every"]), float(options["ma-gp"]), float(options["ma-gp-power"])
    share = every / (every + 1) if weight else 1
    opt_d = optimizer(options, D, float(options["dlr"]), share)
    opt_e, opt_g = optimizer(options, E, float(options["dlr"]), 1), optimizer(options, G, float(options["glr"]), 1)
    average = {k: p.detach().clone() for n in "EG" for k, p in names[n].slots.items()}
    source, result = Source(case), {"losses": [], "gradients": {}, "after": {}}
    for step in range(STEPS):
        x, tokens = source.batch()
        e = E(tokens)
        fake = G(parity.latents(step), e.detach())
        real = D(x, e)
        told_apart = contrast(float(options["contrast"]), D, e, tokens)
        wrong = D(x, e.roll(1, 0))
        losses = [parity.d_loss(loss, real, D(fake.detach(), e.detach())) / 2, parity.d_loss(loss, real, wrong) / 2] + told_apart
        for opt in (opt_d, opt_e):
            opt.zero_grad(set_to_none=False)
        sum(losses).backward()
        if step == 0:
            result["gradients"] |= {k: parity.summary(p.grad) for k, p in names["E"].slots.items()}
        opt_d.step(), opt_e.step()
        with torch.no_grad():
            e = E(tokens)
        if weight and step % every == 0:
            _, slope = parity.slope(D, x, e)
            losses.append(weight * side * side / 1024 * every * ((slope ** 2).sum(1) + 1e-12).pow(power / 2).mean())
            learn(opt_d, losses[-1])
        if step == 0:
            result["gradients"] |= {k: parity.summary(p.grad) for k, p in names["D"].slots.items()}
        of_g = [parity.g_loss(loss, None, D(fake, e))]
        of_g += contrast(float(options["g-contrast"]), D, e, tokens)
        losses += of_g
        learn(opt_g, sum(of_g))
        if step == 0:
            result["gradients"] |= {k: parity.summary(p.grad) for k, p in names["G"].slots.items()}
        result["losses"].append([v.item() for v in losses])
        half_life = min(float(options["ema"]) * 1000, float(options["ema-rampup"]) * (step + 1) * BATCH)
        decay = 0.5 ** (BATCH / half_life)
        for n in "EG":
            for k, p in names[n].slots.items():
                average[k] = decay * average[k] + (1 - decay) * p.detach()
    for n in names.values():
        result["after"] |= {k: parity.summary(p) for k, p in n.slots.items()}
    result["after"] |= {f"{k[0]}_ema{k[1:]}": parity.summary(v) for k, v in average.items()}
    return result


def cases():
    def case(dims, loss, optimizer, layers=1, **more):
        options = {"nz": NZ, "ngf": BASE, "ndf": BASE, "text-width": WIDTH, "text-heads": HEADS, "text-layers": layers, "loss": loss,
                   "ema": 10, "ema-rampup": 0.5, "seed": SEED, "optimizer": optimizer, "ma-gp": 0.5, "ma-gp-power": 2, "ma-gp-every": 2, "contrast": 8, "g-contrast": 1}
        options |= {k.replace("_", "-"): v for k, v in more.items()}
        return {"recipe": "text2image", "dims": dims, "classes": 0, "sentences": True, "options": {k: str(v) for k, v in options.items()}}

    adam = dict(b1=0.5, b2=0.999, glr=0.001, dlr=0.002)
    yield case([3, 32, 32], "hinge", "adam", 2, **adam)
    yield case([1, 28, 28], "ns", "sgd", momentum=0.5, glr=0.03, dlr=0.05, ma_gp=0.1, ma_gp_power=6, ma_gp_every=1, contrast=0, g_contrast=0)
    yield case([3, 64, 64], "lsgan", "adam", ma_gp=0, contrast=0.5, g_contrast=0, **adam)


def main():
    done = [case | train(case) for case in cases()]
    OUT.write_text("[\n" + ",\n".join(json.dumps(case) for case in done) + "\n]\n")
    for case in done:
        print(case["dims"], case["losses"][-1])


if __name__ == "__main__":
    main()
