import { useState } from "preact/hooks";
import { api, at } from "../api/client";
import type { RunDetail } from "../api/types";
import { duration, short } from "../ui/format";
import { useReadOnly } from "../ui/health";
import { useAction } from "../ui/hooks";
import { Loading, Problem, State, Words } from "../ui/parts";
import { MetricCurves, StatsCurves } from "./curves";
import { Grids } from "./grids";
import { useRun } from "./live";

export function RunView({ id }: { id: string }) {
  const { run, stats, metrics, log, error, reload } = useRun(id);
  const last = stats.at(-1);
  if (!run)
    return error ? (
      <>
        <div class="view-head">
          <h1>Run</h1>
        </div>
        <Problem error={error} />
        <p>
          <a href="#/runs">All runs</a>
        </p>
      </>
    ) : (
      <Loading what="the run" />
    );
  const kimg = Math.max(run.kimg, last?.kimg ?? 0),
    share = run.kimg_total ? Math.min(1, kimg / run.kimg_total) : 0,
    seconds = Math.max(run.seconds, last?.seconds ?? 0);
  return (
    <>
      <nav class="crumbs small" aria-label="Path">
        <a href="#/runs">Runs</a> / {run.id}
      </nav>
      <div class="view-head">
        <h1>
          {run.recipe} <span class="soft">on</span> {run.data}
        </h1>
        <Actions run={run} reload={reload} />
      </div>
      <div class="columns main-side">
        <div class="stack">
          <section class="card stack" aria-label="Samples">
            <h2>Samples</h2>
            <Grids grids={run.grids} reals={run.reals} />
          </section>
          <Options run={run} />
          <section class="card stack" aria-label="Log">
            <details>
              <summary>Log</summary>
              <pre class="log" tabIndex={0}>
                {log.slice(-200).join("\n") || "empty so far"}
              </pre>
            </details>
          </section>
        </div>
        <div class="stack">
          <section class="card stack tight" aria-label="State">
            <div class="spread">
              <State state={run.state} />
              <span class="small number">
                {short(kimg, 4)} of {short(run.kimg_total, 4)} kimg
              </span>
            </div>
            <div
              class="bar"
              role="progressbar"
              aria-label="Progress"
              aria-valuenow={Math.round(100 * share)}
              aria-valuemin={0}
              aria-valuemax={100}
            >
              <i style={{ width: `${100 * share}%` }} />
            </div>
            <p class="small soft number">
              {duration(seconds)}
              {last?.img_per_s ? `, ${short(last.img_per_s)} samples a second` : ""}
              {run.state === "running" && share > 0.01 ? `, ${duration((seconds * (1 - share)) / share)} left` : ""}
            </p>
            {run.why && run.state !== "running" && (
              <p class="small">
                {run.why}
                {run.hint && `; ${run.hint}`}
              </p>
            )}
            {run.note && <p class="small">{run.note}</p>}
            {run.watchdog.map((one, i) => (
              <div class="problem small" key={i}>
                <span>
                  Watchdog, from {short(one.kimg)} kimg: <Words text={one.message} />
                </span>
              </div>
            ))}
          </section>
          {run.networks.length > 0 && <Networks run={run} />}
          <section class="card stack" aria-label="Curves">
            <h2>Curves</h2>
            {stats.length ? (
              <StatsCurves stats={stats} />
            ) : (
              <p class="soft">The first figures come with the first tick.</p>
            )}
          </section>
          {metrics.length > 0 && (
            <section class="card stack" aria-label="Metrics">
              <h2>Metrics</h2>
              <MetricCurves metrics={metrics} />
            </section>
          )}
        </div>
      </div>
    </>
  );
}

function Actions({ run, reload }: { run: RunDetail; reload: () => void }) {
  const readOnly = useReadOnly(),
    [sure, setSure] = useState(false);
  const stop = useAction(async () => {
    await api.post(`${at("runs", run.id)}/stop`, {});
    reload();
  });
  const remove = useAction(async () => {
    await api.remove(at("runs", run.id));
    location.hash = "#/runs";
  });
  const here = `#/runs/${encodeURIComponent(run.id)}`;
  if (readOnly) return null;
  return (
    <div class="row">
      {run.state === "running" ? (
        <button type="button" disabled={stop.busy} onClick={() => stop.run()}>
          {stop.busy ? "Stopping …" : "Stop"}
        </button>
      ) : (
        <a class="button" href={`${here}/resume`}>
          Resume
        </a>
      )}
      <a class="button" href={`${here}/fork`}>
        Fork
      </a>
      {run.state !== "running" &&
        (sure ? (
          <>
            <button type="button" class="danger" disabled={remove.busy} onClick={() => remove.run()}>
              Delete its files
            </button>
            <button type="button" class="plain" onClick={() => setSure(false)}>
              Keep
            </button>
          </>
        ) : (
          <button type="button" class="plain" onClick={() => setSure(true)}>
            Delete
          </button>
        ))}
      <Problem error={stop.error ?? remove.error} />
    </div>
  );
}

function Networks({ run }: { run: RunDetail }) {
  const best = run.networks.find((network) => network.best) ?? run.networks.find((network) => network.last);
  return (
    <section class="card stack tight" aria-label="Networks">
      <h2>Networks</h2>
      {best && (
        <a class="button primary" href={`#/play/${encodeURIComponent(run.id)}`}>
          Play with {best.best ? "the best" : "the newest"}
        </a>
      )}
      <details>
        <summary>{run.networks.length} snapshots</summary>
        <ul class="plain-list small">
          {run.networks.map((network) => (
            <li key={network.id}>
              <a href={`#/play/${encodeURIComponent(network.id)}`}>{short(network.kimg, 4)} kimg</a>
              {network.best && <span class="chip">best</span>}
              {network.last && <span class="chip">newest</span>}
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

const text = (value: unknown): string =>
  value !== null && typeof value === "object" ? JSON.stringify(value) : String(value);

function Options({ run }: { run: RunDetail }) {
  const decisions = run.decisions ?? [],
    plain = Object.entries(run.options).filter(([, value]) => value === null || typeof value !== "object");
  const objects = Object.entries({ dataset: run.dataset, machine: run.machine, gannet: run.gannet }).filter(
    ([, value]) => value,
  );
  return (
    <section class="card stack tight" aria-label="Options">
      <h2>Options</h2>
      {decisions.length > 0 && (
        <dl class="facts">
          {decisions.map((one) => (
            <>
              <dt key={one.name}>{one.name}</dt>
              <dd key={`${one.name} reason`}>
                <b>{one.value}</b> <span class="soft">{one.reason}</span>
              </dd>
            </>
          ))}
        </dl>
      )}
      {(run.changes?.length ?? 0) > 0 && (
        <details>
          <summary>Changes on the way</summary>
          <pre class="log" tabIndex={0}>
            {run.changes?.map(text).join("\n")}
          </pre>
        </details>
      )}
      <details>
        <summary>All {plain.length} options</summary>
        <dl class="facts">
          {plain.map(([name, value]) => (
            <>
              <dt key={name}>{name}</dt>
              <dd key={`${name} value`}>{text(value)}</dd>
            </>
          ))}
        </dl>
      </details>
      <details>
        <summary>Data and machine</summary>
        {objects.map(([name, value]) => (
          <dl class="facts" key={name}>
            {Object.entries(value ?? {}).map(([key, each]) => (
              <>
                <dt key={key}>{`${name} ${key.replaceAll("_", " ")}`}</dt>
                <dd key={`${key} value`} class="breaks">
                  {Array.isArray(each) ? each.join(key === "shape" ? " x " : ", ") : text(each)}
                </dd>
              </>
            ))}
          </dl>
        ))}
      </details>
    </section>
  );
}
