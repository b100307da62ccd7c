import { Plot } from "../ui/plot";
import type { Curves } from "./scene";

export function GameCharts({ curves, height = 122 }: { curves: Curves; height?: number }) {
  return (
    <div class="stack tight">
      <Plot
        title="Loss"
        x={curves.step}
        xLabel="steps"
        height={height}
        lines={[
          { label: "D", values: curves.lossD, colour: "real" },
          { label: "G", values: curves.lossG, colour: "fake" },
        ]}
      />
      <Plot
        title="Divergence"
        unit="nats"
        x={curves.step}
        xLabel="steps"
        height={height}
        range={[0, 0.7]}
        lines={[
          { label: "JS", values: curves.js, colour: "ink" },
          { label: "of real", values: curves.floor, colour: "real", dash: [2, 3] },
          { label: "KL", values: curves.kl, colour: "edge", dash: [5, 4], right: true },
        ]}
      />
      <Plot
        title="D’s output"
        x={curves.step}
        xLabel="steps"
        height={height}
        range={[0, 1]}
        lines={[
          { label: "D(x)", values: curves.real, colour: "real" },
          { label: "D(G(z))", values: curves.fake, colour: "fake" },
        ]}
      />
    </div>
  );
}
