import type { NetworkMetric } from "../api/types";
import { protocolText, short } from "../ui/format";

// What all these metrics were measured under, without hashes: a number needs its protocol.
export function sharedProtocol(metrics: readonly NetworkMetric[]): Record<string, unknown> {
  const [first, ...rest] = metrics.map((one) => one.protocol ?? {});
  return Object.fromEntries(
    Object.entries(first ?? {}).filter(
      ([name, value]) =>
        !name.endsWith("_hash") &&
        name !== "shape" &&
        rest.every((other) => JSON.stringify(other[name]) === JSON.stringify(value)),
    ),
  );
}

// Measured figures of a network, beside those of real data or of the plain way to do the same.
export function Figures({ metrics }: { metrics: readonly NetworkMetric[] }) {
  const baseline = metrics.find((one) => one.baseline)?.baseline?.what,
    real = metrics.some((one) => typeof one.real === "number");
  return (
    <>
      <table class="small">
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col">Value</th>
            {real && <th scope="col">Real data</th>}
            {baseline && <th scope="col">{baseline}</th>}
          </tr>
        </thead>
        <tbody>
          {metrics.map((one) => (
            <tr key={one.metric}>
              <th scope="row">{one.metric}</th>
              <td title={one.better ? `better: ${one.better}` : undefined}>{short(one.value)}</td>
              {real && <td>{short(one.real)}</td>}
              {baseline && <td>{short(one.baseline?.value)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="small soft">{protocolText(sharedProtocol(metrics))}</p>
    </>
  );
}
