import { useEffect, useState } from "preact/hooks";
import { api } from "../api/client";
import type { Generated } from "../api/types";
import { save } from "../ui/format";
import { useAction, useInterval } from "../ui/hooks";
import { icons } from "../ui/icons";
import { Empty, Field, Problem, Range } from "../ui/parts";
import type { ToolProps } from "./generate";
import { blobOfSample, Picture } from "./picture";
import { conditionOf } from "./requests";

const kSteps = 16;
const still = matchMedia("(prefers-reduced-motion: reduce)");

export function SeedField({ label, value, set }: { label: string; value: string; set: (value: string) => void }) {
  return (
    <Field label={label}>
      {(id) => (
        <input
          id={id}
          type="number"
          min={0}
          step={1}
          required
          value={value}
          onInput={(event) => set(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

// From one picture to another through the latent space, there and back.
export function Between({ network, condition, picked }: ToolProps) {
  const [from, setFrom] = useState(String(picked.a?.seed ?? 0)),
    [to, setTo] = useState(String(picked.b?.seed ?? 1));
  const [made, setMade] = useState<Generated | null>(null),
    [at, setAt] = useState(0),
    [moving, setMoving] = useState(false);
  const walk = useAction(async () => {
    const { format: _, ...body } = {
      ...conditionOf(network, condition),
      from: Number(from),
      to: Number(to),
      steps: kSteps,
      format: "",
    };
    setMade(await api.post<Generated>("/interpolate", body));
    setAt(0);
    setMoving(!still.matches);
  });
  useEffect(() => {
    void walk.run();
  }, []);
  const last = (made?.samples.length ?? 1) - 1;
  useInterval(() => setAt((i) => (i + 1) % (2 * Math.max(1, last))), 0.12, moving && made !== null);
  const shown = at <= last ? at : 2 * last - at,
    sample = made?.samples[shown];
  return (
    <div class="stack">
      <form
        class="row generate"
        onSubmit={(event) => {
          event.preventDefault();
          void walk.run();
        }}
      >
        <SeedField label="Seed of A" value={from} set={setFrom} />
        <SeedField label="Seed of B" value={to} set={setTo} />
        <button class="primary" disabled={walk.busy}>
          {walk.busy ? "Walking …" : "Walk"}
        </button>
      </form>
      <Problem error={walk.error} />
      {!made && !walk.error && !walk.busy && <Empty>Press Walk to go from A to B.</Empty>}
      {made && sample && (
        <div class="card stack walk">
          <div class="large">
            <Picture sample={sample} network={network} alt={`Step ${shown} of ${last} from A to B`} />
          </div>
          <div class="stack">
            <Range
              label="A to B"
              value={shown}
              min={0}
              max={last}
              step={1}
              show={(i) => `${i} of ${last}`}
              onChange={(i) => {
                setMoving(false);
                setAt(i);
              }}
            />
            <div class="row">
              <button type="button" onClick={() => setMoving(!moving)}>
                {moving ? <icons.pause /> : <icons.run />}
                {moving ? "Hold" : "Move"}
              </button>
              <button
                type="button"
                onClick={() => {
                  const blob = blobOfSample(sample);
                  if (blob) save(blob, `from-${from}-to-${to}-${shown}.png`);
                }}
              >
                <icons.save />
                Download
              </button>
            </div>
          </div>
          <div class="strip">
            {made.samples.map((one, i) => (
              <Picture key={i} sample={one} network={network} alt="" />
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
