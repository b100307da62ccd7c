import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { Comparison, DataSet } from "../api/types";
import { networkLabel, sorted, useNetworks } from "../play/play";
import { pValue, short } from "../ui/format";
import { useAction, useResource } from "../ui/hooks";
import { Loading, Problem, Select } from "../ui/parts";

const kTests: Record<string, string> = {
  mmd: "kernel distance (squared MMD)",
  energy: "energy distance",
  "1nn": "nearest neighbour, accuracy",
  classifier: "classifier, accuracy",
};
const kCounts = ["200", "500", "1000"];

// Were A and B drawn from the same distribution?
export function TwoSample() {
  const networks = useNetworks(),
    sets = useResource<DataSet[]>((signal) => api.get("/datasets", signal), "");
  const all = sorted((networks.data ?? []).filter((one) => !one.input && !one.text));
  const names = (sets.data ?? []).filter((one) => one.state !== "can be fetched").map((one) => one.name);
  const [a, setA] = useState(""),
    [b, setB] = useState(""),
    [n, setN] = useState("500"),
    [tests, setTests] = useState<Comparison | null>(null);
  const network = all.find((one) => one.id === a) ?? all[0],
    data = b || (network && names.includes(network.data) ? `data:${network.data}` : `data:${names[0] ?? ""}`);
  const side = (value: string) =>
    value.startsWith("data:")
      ? { data: value.slice(5), split: "test", n: Number(n) }
      : { network: value, n: Number(n), seed: 0 };
  const compare = useAction(async () => {
    setTests(null);
    setTests(await api.post<Comparison>("/compare", { a: side(network?.id ?? ""), b: side(data) }));
  });
  if (!networks.data || !sets.data)
    return (
      <>
        <Problem error={networks.error ?? sets.error} />
        {!networks.error && !sets.error && <Loading what="networks" />}
      </>
    );
  return (
    <div class="columns halves">
      <form
        class="card stack"
        aria-label="Samples"
        onSubmit={(event) => {
          event.preventDefault();
          void compare.run();
        }}
      >
        <Select
          label="A, generated"
          value={network?.id ?? ""}
          choices={all.map((one) => [one.id, networkLabel(one)] as const)}
          onChange={setA}
        />
        <Select
          label="B"
          value={data}
          onChange={setB}
          choices={[
            ...names.map((name) => [`data:${name}`, `real: ${name}`] as const),
            ...all.map((one) => [one.id, networkLabel(one)] as const),
          ]}
        />
        <Select label="Samples of each" value={n} choices={kCounts} onChange={setN} />
        <Problem error={compare.error} />
        <div class="row">
          <button class="primary" disabled={compare.busy || !network}>
            {compare.busy ? "Testing …" : "Test"}
          </button>
        </div>
      </form>
      <section class="card stack" aria-label="Tests" aria-live="polite">
        <h2>Were they drawn from the same distribution?</h2>
        {compare.busy && <Loading what="samples and statistics" />}
        {!tests && !compare.busy && (
          <p class="soft">
            Each test gives a statistic and a p-value: small p, and the two differ. A generator that has learnt the data
            leaves p large.
          </p>
        )}
        {tests && (
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">Test</th>
                  <th scope="col" class="number">
                    Statistic
                  </th>
                  <th scope="col" class="number">
                    p-value
                  </th>
                </tr>
              </thead>
              <tbody>
                {tests.tests.map((one) => (
                  <tr key={one.test}>
                    <td>{kTests[one.test] ?? one.test}</td>
                    <td class="number">{short(one.statistic)}</td>
                    <td class="number">{pValue(one.p_value).replace("p = ", "").replace("p ", "")}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        {tests && (
          <p class="soft small">
            {tests.samples} samples of each, seed 0; real ones of the test part where there is one. p by permutations.{" "}
            {tests.notes.join(" ")}
          </p>
        )}
      </section>
    </div>
  );
}
