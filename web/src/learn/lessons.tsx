import type { ComponentChildren } from "preact";
import { QuizTool } from "../judge/quiz";
import { ByClass, BySentence, Enlarging, LossLab, VaeAndGan } from "./live";
import { MiniGame, on } from "./mini_game";

export interface Lesson {
  title: string;
  summary: string;
  text: ComponentChildren;
  live: ComponentChildren;
  code: string[];
}

const one = (what: ReturnType<typeof on>) =>
  [{ name: "", what: "", setup: what }] as [{ name: string; what: string; setup: ReturnType<typeof on> }];
const kObjective = "src/gannet/training/adversarial_objective.cpp",
  kVanilla = "src/gannet/recipes/vanilla.cpp",
  kLosses = "src/gannet/losses/adversarial.cpp";

export const kLessons: Lesson[] = [
  {
    title: "Generative and discriminative models",
    summary: "One draws a border, the other draws samples.",
    text: (
      <>
        <p>
          A <b>discriminative</b> model answers a question about what it is given: is this point real? It learns p(y |
          x), and all it needs is the border between the answers.
        </p>
        <p>
          A <b>generative</b> model makes new x that could have come from the data. It learns p(x), or, as here, only
          how to draw from it: a network G turns noise z into a sample G(z). Nobody writes the density down.
        </p>
        <p>
          Press Train D a few times: the blue and buff shades are D’s answer, the dashed line its border. Then press
          Train G: the points move. A GAN has one model of each kind, and each is the other’s teacher.
        </p>
      </>
    ),
    live: <MiniGame cases={one(on("ring-8"))} phases run={false} layers={{ grid: false, arrows: false }} />,
    code: [kVanilla],
  },
  {
    title: "The two players",
    summary: "G makes samples, D tells them from the data.",
    text: (
      <>
        <p>
          The generator G sees only noise. It never sees the data. The discriminator D sees real samples and generated
          ones, and gives each a probability of being real.
        </p>
        <p>
          All that G ever learns of the data comes through D: the gradient of D’s answer at each generated point, the
          arrows on the board, says which way that point would look more real. G’s weights move so that its points
          follow.
        </p>
        <p>
          The grid shows G as a map: a square of latents, bent onto the plane. Where its cells are small, G puts many
          points.
        </p>
      </>
    ),
    live: <MiniGame cases={one(on("ring-8"))} players />,
    code: [kVanilla, kObjective],
  },
  {
    title: "D first, then G",
    summary: "Each step has two phases, in this order.",
    text: (
      <>
        <p>
          A step begins with D: it is shown a batch of the data and a batch that G makes <i>with its present ability</i>
          . G’s weights are frozen; D learns to tell the two apart.
        </p>
        <p>
          Then D is frozen and G learns, through D, to make samples that this D takes for real. The next step begins
          with a D that has been beaten a little.
        </p>
        <p>
          Some recipes give D several updates for each of G’s, as the theory of WGAN asks (k, or <code>--n-critic</code>
          ). Try it by hand: D ten times, then G ten times. What happens to the arrows when D has not learnt anything
          yet?
        </p>
      </>
    ),
    live: <MiniGame cases={one(on("ring-8"))} phases players />,
    code: [kObjective],
  },
  {
    title: "Minimax",
    summary: "One value, which D raises and G lowers.",
    text: (
      <>
        <p class="formula">
          min<sub>G</sub> max<sub>D</sub> &nbsp; E log D(x) + E log(1 − D(G(z)))
        </p>
        <p>
          D makes this value large: real samples near 1, generated ones near 0. G makes it small. For the best D the
          value is, up to a constant, twice the <b>Jensen–Shannon divergence</b> of the data and G’s samples: 0 only
          where the two are the same, and then D says 1/2 everywhere.
        </p>
        <p>
          In practice a good D is a problem: where D(G(z)) is near 0, log(1 − D) is flat, and G learns nothing. So G
          maximises log D(G(z)) instead, the <b>non-saturating</b> loss: the same fixed point, and a strong gradient
          just where G is bad. Move the slider to 0.01.
        </p>
      </>
    ),
    live: <LossLab />,
    code: [kLosses],
  },
  {
    title: "Why training fails",
    summary: "Vanishing gradients, lost modes, games without an end.",
    text: (
      <>
        <p>
          <b>The gradient vanishes.</b> D is sure of everything, and its answer is flat where G’s points are: there is
          no way to go. A loss that saturates makes it worse.
        </p>
        <p>
          <b>Modes are lost.</b> G is never asked to make <i>all</i> of the data, only what D takes for real. It may put
          all points on a few clusters, and move on when D has learnt those.
        </p>
        <p>
          <b>No end.</b> Two players who both descend need not come to rest; they may circle. High rates make the circle
          wide. A gradient penalty on D (R1, R2, WGAN-GP) damps it.
        </p>
        <p>Gannet’s watchdog looks for these signs in each run and says them in words.</p>
      </>
    ),
    live: (
      <MiniGame
        curves
        players
        cases={[
          {
            name: "The gradient vanishes",
            what: "minimax loss; D learns five times a step and a hundred times as fast. Watch the norm of G’s gradient.",
            setup: on("ring-8", { loss: "minimax", lr_D: 0.01, lr_G: 0.0001, n_critic: 5 }),
          },
          {
            name: "The same, non-saturating",
            what: "only the loss is another: D is as sure, but the arrows stay.",
            setup: on("ring-8", { loss: "ns", lr_D: 0.01, lr_G: 0.0001, n_critic: 5 }),
          },
          {
            name: "Lost modes",
            what: "D has one layer of 16 units, and cannot tell a part of the ring from the whole: G keeps to one or two clusters of eight.",
            setup: on("ring-8", { ndf: 16, depth: 1 }),
          },
          {
            name: "No end",
            what: "high rates and momentum 0.9: the cloud runs past the clusters, again and again.",
            setup: on("ring-8", { b1: 0.9, lr_D: 0.005, lr_G: 0.005 }),
          },
          {
            name: "With R1 and R2",
            what: "r3gan: a relativistic loss and penalties on D’s gradient. Give it 2,000 steps.",
            setup: on("ring-8", {}, "r3gan"),
          },
        ]}
      />
    ),
    code: ["src/gannet/runs/watchdog.cpp"],
  },
  {
    title: "Conditional GANs",
    summary: "Say which class, and get it.",
    text: (
      <>
        <p>
          Give the label y to <b>both</b> players. G makes a sample of that class from z and y. D is shown a sample{" "}
          <i>with</i> a label and asks two things at once: does it look real, and does it fit?
        </p>
        <p>
          D may take y as a further input (CGAN), by an inner product with its features (projection), or guess the class
          itself (AC-GAN). Attributes and sentences come in by the same door.
        </p>
        <p>
          Choose a class. The latents stay, so what changes is what the label says, and what stays, such as how dark or
          how wide, is what z says.
        </p>
      </>
    ),
    live: <ByClass />,
    code: ["src/gannet/recipes/cgan.cpp"],
  },
  {
    title: "Super-resolution",
    summary: "Details that are likely, not details that were there.",
    text: (
      <>
        <p>
          A small picture has many large ones that would shrink to it. A network that minimises the squared error makes
          their <b>mean</b>: correct on average, and blurred.
        </p>
        <p>
          SRGAN’s generator takes the small picture in place of noise. Its loss has a pixel part, so that the result
          fits, and an adversarial part: D has seen sharp pictures, and a blurred one does not pass. So G must choose{" "}
          <i>one</i> of the likely large pictures.
        </p>
        <p>
          It invents. That is fine for a landscape and wrong for a number plate: the details are plausible, they are no
          evidence.
        </p>
      </>
    ),
    live: <Enlarging />,
    code: ["src/gannet/recipes/srgan.cpp"],
  },
  {
    title: "Text to picture",
    summary: "A sentence becomes a vector, the vector steers G.",
    text: (
      <>
        <p>
          A tokenizer cuts the sentence into pieces, a small transformer turns them into one vector. G takes it beside
          z, and modulates each of its blocks by it.
        </p>
        <p>
          D is shown three kinds of pairs: a real picture with its sentence, a generated one with the sentence that was
          asked for, and a real picture with <b>another</b> sentence. The last is why G must read: a good picture of the
          wrong thing is fake.
        </p>
        <p>Try a pair that the data never had together. If the words were learnt one by one, it works.</p>
      </>
    ),
    live: <BySentence />,
    code: ["src/gannet/recipes/text2image.cpp"],
  },
  {
    title: "VAE against GAN",
    summary: "A likelihood, or an opponent.",
    text: (
      <>
        <p>
          A <b>variational autoencoder</b> learns by reconstruction: an encoder turns x into a distribution of codes, a
          decoder turns a code back. It maximises a lower bound of log p(x): how well x comes back, less how far the
          codes are from the prior.
        </p>
        <p>
          It covers all of the data, since every x must come back, its training is steady, and the bound is a number to
          compare. But where it is unsure it gives the mean, and its pictures are soft.
        </p>
        <p>
          A GAN has no likelihood and no encoder, and may leave modes out. Its samples are sharp, since a blurred one is
          easy to tell. The rows show both on the same data.
        </p>
      </>
    ),
    live: <VaeAndGan />,
    code: ["src/gannet/recipes/vae.cpp"],
  },
  {
    title: "How to judge",
    summary: "Two samples, one question, a p-value.",
    text: (
      <>
        <p>
          Losses of a GAN say how the game stands, not how good the samples are. The question is one of statistics:{" "}
          <b>were these two sets drawn from the same distribution?</b>
        </p>
        <p>
          You are such a test. Guessing is right half of the time; the binomial distribution says how far from half a
          score must be before chance no longer explains it.
        </p>
        <p>
          Machines test too: a classifier that tells the sets apart, the kernel distance, nearest neighbours. And
          metrics put a number on it: the Fréchet distance, precision (are samples like the data?) and recall (is all of
          the data there?). Each number needs its protocol: how many samples, which features, and what real data itself
          scores.
        </p>
      </>
    ),
    live: <QuizTool length={10} />,
    code: ["src/gannet/metrics/two_sample.cpp"],
  },
];
