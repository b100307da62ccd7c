import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { RunSummary } from "../api/types";
import { duration, short } from "../ui/format";
import { useReadOnly } from "../ui/health";
import { useInterval, useResource } from "../ui/hooks";
import { Empty, Loading, Problem, State } from "../ui/parts";

const kMostCompared = 6;
const link = (id: string): string => `#/runs/${encodeURIComponent(id)}`;

export function RunList() {
  const runs = useResource<RunSummary[]>((signal) => api.get("/runs", signal), ""),
    readOnly = useReadOnly();
  const [chosen, setChosen] = useState<string[]>([]);
  useInterval(runs.reload, 3, true);
  const all = [...(runs.data ?? [])].sort(
    (a, b) => Number(b.state === "running") - Number(a.state === "running") || b.id.localeCompare(a.id),
  );
  const toggle = (id: string) =>
    setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id].slice(-kMostCompared));
  return (
    <>
      <div class="view-head">
        <h1>Runs</h1>
        {all.length > 1 &&
          (chosen.length > 1 ? (
            <a class="button" href={`#/runs/compare/${chosen.map(encodeURIComponent).join("/")}`}>
              Compare {chosen.length} runs
            </a>
          ) : (
            <span class="soft small">Mark two or more to compare them.</span>
          ))}
        {!readOnly && (
          <a class="button primary" href="#/runs/new">
            New run
          </a>
        )}
      </div>
      <Problem error={runs.error} />
      {runs.loading && !runs.data && <Loading what="runs" />}
      {runs.data && !all.length && (
        <Empty command="gannet train --cfg dcgan --data shapes --kimg 20">
          {readOnly
            ? "No runs yet. The teacher starts one:"
            : "No runs yet. Start one here with New run, or in a terminal:"}
        </Empty>
      )}
      <ul class="runs">
        {all.map((run) => (
          <Card key={run.id} run={run} chosen={chosen.includes(run.id)} toggle={() => toggle(run.id)} />
        ))}
      </ul>
    </>
  );
}

function Card({ run, chosen, toggle }: { run: RunSummary; chosen: boolean; toggle: () => void }) {
  const share = run.kimg_total > 0 ? Math.min(1, run.kimg / run.kimg_total) : 0;
  return (
    <li class="card run-card">
      <a class="thumb" href={link(run.id)} tabIndex={-1} aria-hidden="true">
        {run.thumbnail ? <img src={run.thumbnail} alt="" loading="lazy" /> : null}
      </a>
      <div class="stack tight">
        <div class="spread">
          <h2>
            <a href={link(run.id)}>
              {run.state === "unreadable" ? (
                run.id
              ) : (
                <>
                  {run.recipe} <span class="soft">on</span> {run.data}
                </>
              )}
            </a>
          </h2>
          <State state={run.state} />
        </div>
        {run.state === "unreadable" ? <p class="small">{run.why}</p> : <p class="small soft id">{run.id}</p>}
        {run.state === "stopped" && run.why && <p class="small">{run.why}</p>}
        {run.state === "running" && (
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
        )}
        <p class="small number" hidden={run.state === "unreadable"}>
          {short(run.kimg, 4)} of {short(run.kimg_total, 4)} kimg, {duration(run.seconds)}
          {run.metric && (
            <>
              , {run.metric.name} <b>{short(run.metric.value)}</b>
            </>
          )}
        </p>
        {run.note && <p class="small soft">{run.note}</p>}
        <label class="check small">
          <input type="checkbox" checked={chosen} onChange={toggle} />
          Compare<span class="visually-hidden"> {run.id}</span>
        </label>
      </div>
    </li>
  );
}
