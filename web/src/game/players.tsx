import type { GameFrame } from "../api/types";
import { short } from "../ui/format";

// The two players and what passes between them; the one that learns in this phase is lit.
export function Players({ frame, pull }: { frame: GameFrame | null; pull: number | null }) {
  const phase = frame?.phase ?? "",
    real = short(frame?.score.real ?? null, 2),
    fake = short(frame?.score.fake ?? null, 2);
  const told =
    phase === "D"
      ? "D learns: real up, generated down"
      : phase === "G"
        ? "G learns: along D's gradient"
        : "First D learns, then G";
  return (
    <svg
      class="players"
      viewBox="0 24 372 178"
      role="img"
      aria-label={`The two players. ${told}. D gives real samples ${real}, generated ones ${fake}. Norm of the gradient at a generated sample: ${short(pull, 2)}.`}
    >
      <defs>
        <marker
          id="tip"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto-start-reverse"
        >
          <path d="M0 0 8 4 0 8z" class="tip" />
        </marker>
      </defs>
      <g class="wire">
        <path d="M56 112h30" />
        <path d="M158 112h32" />
        <path d="M112 44c60 0 92 4 118 36" />
        <path d="M262 106h26" />
      </g>
      <g class="data">
        <circle cx="64" cy="44" r="5" />
        <circle cx="78" cy="36" r="5" />
        <circle cx="82" cy="51" r="5" />
      </g>
      <text x="8" y="48">
        data x
      </text>
      <text x="8" y="109">
        noise
      </text>
      <text x="8" y="125">
        z
      </text>
      <g class={phase === "G" ? "player on" : "player"}>
        <rect x="90" y="88" width="66" height="48" rx="10" />
        <text x="123" y="119" class="name">
          G
        </text>
      </g>
      <g class="made">
        <path d="m203 96 6 6-6 6-6-6z" />
        <path d="m212 112 6 6-6 6-6-6z" />
        <path d="m198 115 6 6-6 6-6-6z" />
      </g>
      <g class={phase === "D" ? "player on" : "player"}>
        <rect x="226" y="82" width="48" height="48" rx="24" />
        <text x="250" y="113" class="name">
          D
        </text>
      </g>
      <text x="292" y="88" class="real">
        D(x) {real}
      </text>
      <text x="292" y="126" class="fake">
        D(G(z))
      </text>
      <text x="292" y="144" class="fake">
        {fake}
      </text>
      <path class={phase === "G" ? "back on" : "back"} d="M250 134c0 34-127 34-127 6" />
      <text x="186" y="180" class="told">
        {told}
      </text>
      <text x="186" y="197" class="told">
        norm of G’s gradient at a sample: {short(pull, 2)}
      </text>
    </svg>
  );
}
