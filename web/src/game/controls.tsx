import { useEffect, useState } from "preact/hooks";
import { api } from "../api/client";
import type { OptionField, RecipeSummary } from "../api/types";
import { short } from "../ui/format";
import { useResource } from "../ui/hooks";
import { icons } from "../ui/icons";
import { Field, Range, Select } from "../ui/parts";
import type { Layers } from "./draw";
import type { GameHandle, Speed } from "./use_game";

const kSpeeds: Speed[] = [1, 2, 5, 10, 25, 60, "max"];

export function Transport({
  game,
  speed,
  setSpeed,
  off,
}: {
  game: GameHandle;
  speed: Speed;
  setSpeed: (speed: Speed) => void;
  off?: boolean;
}) {
  const idle = !game.ready || game.lost || off === true;
  return (
    <div class="transport" role="group" aria-label="Game controls">
      <div class="row keys">
        <button type="button" class="primary" disabled={idle || game.running} onClick={() => game.act("run")}>
          <icons.run />
          Run
        </button>
        <button type="button" disabled={idle || !game.running} onClick={() => game.act("pause")}>
          <icons.pause />
          Pause
        </button>
        <button type="button" disabled={idle} onClick={() => game.act("step")}>
          <icons.step />
          Step
        </button>
        <span class="pair">
          <button type="button" disabled={idle} onClick={() => game.act("step_D")}>
            Train D
          </button>
          <button type="button" disabled={idle} onClick={() => game.act("step_G")}>
            Train G
          </button>
        </span>
        <button type="button" class="plain" disabled={idle} onClick={() => game.act("reset")}>
          <icons.again />
          Reset
        </button>
      </div>
      <Range
        label="Speed"
        value={kSpeeds.indexOf(speed)}
        min={0}
        max={kSpeeds.length - 1}
        step={1}
        show={(i) =>
          kSpeeds[i] === "max" ? "as fast as it goes" : `${kSpeeds[i]} ${kSpeeds[i] === 1 ? "step" : "steps"} a second`
        }
        onChange={(i) => {
          const next = kSpeeds[i] as Speed;
          setSpeed(next);
          void game.change({ speed: next });
        }}
      />
    </div>
  );
}

const kLayerNames: [keyof Layers, string][] = [
  ["real", "Real"],
  ["fake", "Generated"],
  ["surface", "D’s surface"],
  ["grid", "G’s grid"],
  ["arrows", "Gradients"],
];

export function LayerChips({ layers, set }: { layers: Layers; set: (layers: Layers) => void }) {
  return (
    <div class="chips" role="group" aria-label="Layers of the board">
      {kLayerNames.map(([key, name]) => (
        <label class="chip" key={key}>
          <input type="checkbox" checked={layers[key]} onChange={() => set({ ...layers, [key]: !layers[key] })} />
          <i class={`swatch ${key}`} />
          {name}
        </label>
      ))}
    </div>
  );
}

const kLosses: [string, string][] = [
  ["ns", "non-saturating"],
  ["minimax", "minimax"],
  ["lsgan", "least squares"],
  ["hinge", "hinge"],
  ["wgan", "Wasserstein"],
  ["rpgan", "relativistic pairing"],
  ["ragan", "relativistic average"],
];
const kRecipes = ["vanilla", "wgan-gp", "sngan", "r3gan"],
  kData = ["ring-8", "grid-25", "two-gaussians", "line", "ring", "spiral", "moons"];
const kMore = ["batch", "n_gen", "r1", "r2", "gp", "noise", "optimizer", "b1", "ngf", "ndf", "depth"];

export function Settings({ game, drawing, draw }: { game: GameHandle; drawing: boolean; draw: () => void }) {
  const recipes = useResource<RecipeSummary[]>((signal) => api.get("/recipes", signal), "");
  const own = typeof game.setup.data !== "string";
  const known = recipes.data
    ? kRecipes.filter((name) => recipes.data?.some((recipe) => recipe.name === name))
    : kRecipes;
  const choose = (options: object) => void game.change({ options: options as Record<string, never> });
  return (
    <section class="card stack settings" aria-label="Settings">
      <h2>The game</h2>
      <Select
        label="Data"
        value={own ? "" : String(game.setup.data)}
        disabled={drawing}
        choices={[...(own ? [["", "your drawing"] as const] : []), ...kData]}
        onChange={(data) => data && void game.change({ data })}
      />
      <button type="button" aria-pressed={drawing} onClick={draw}>
        {drawing ? "Stop drawing" : "Draw your own"}
      </button>
      <Select
        label="Recipe"
        value={game.setup.recipe}
        choices={known}
        disabled={drawing}
        help={recipes.data?.find((recipe) => recipe.name === game.setup.recipe)?.paper ?? ""}
        onChange={(recipe) => void game.start({ recipe, data: game.setup.data }, game.running)}
      />
      {game.options.loss !== undefined && (
        <Select
          label="Loss"
          value={String(game.options.loss)}
          choices={kLosses}
          onChange={(loss) => choose({ loss })}
        />
      )}
      <Rate name="lr_D" label="Learning rate, D" game={game} />
      <Rate name="lr_G" label="Learning rate, G" game={game} />
      {game.options.n_critic !== undefined && (
        <Range
          label="k: updates of D"
          value={Number(game.options.n_critic)}
          min={1}
          max={10}
          step={1}
          onChange={(n_critic) => choose({ n_critic })}
        />
      )}
      <details>
        <summary>More</summary>
        <div class="stack">
          {game.fields
            .filter((field) => kMore.includes(field.name))
            .map((field) => (
              <More key={field.name} field={field} game={game} />
            ))}
        </div>
      </details>
    </section>
  );
}

// Any other option: sent when the field is left.
function More({ field, game }: { field: OptionField; game: GameHandle }) {
  const now = String(game.options[field.name] ?? field.value);
  const send = (text: string) => {
    if (text !== now)
      void game.change({
        options: { [field.name]: field.choices.length || !Number.isFinite(Number(text)) ? text : Number(text) },
      });
  };
  if (field.choices.length)
    return <Select label={field.name} value={now} choices={field.choices} onChange={send} help={field.help} />;
  return (
    <Field label={field.name} help={field.help}>
      {(id, described) => (
        <input
          id={id}
          type="text"
          inputMode="decimal"
          value={now}
          aria-describedby={described}
          onChange={(event) => send(event.currentTarget.value.trim())}
        />
      )}
    </Field>
  );
}

// From 1e-5 to 0.1, by the logarithm; sent when the slider rests.
function Rate({ name, label, game }: { name: "lr_D" | "lr_G"; label: string; game: GameHandle }) {
  const now = Number(game.options[name] ?? NaN),
    [moved, setMoved] = useState<number | null>(null);
  useEffect(() => {
    if (moved === null) return undefined;
    const id = setTimeout(() => {
      void game.change({ options: { [name]: moved } }).then(() => setMoved(null));
    }, 150);
    return () => clearTimeout(id);
  }, [moved]);
  if (!Number.isFinite(now)) return null;
  const value = moved ?? now;
  return (
    <Field label={label} output={short(value, 2)}>
      {(id) => (
        <input
          id={id}
          type="range"
          min={-5}
          max={-1}
          step={0.05}
          value={value > 0 ? Math.log10(value) : -5}
          aria-valuetext={short(value, 2)}
          onInput={(event) => setMoved(Number((10 ** Number(event.currentTarget.value)).toPrecision(2)))}
        />
      )}
    </Field>
  );
}
