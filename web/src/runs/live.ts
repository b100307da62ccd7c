import { useEffect, useState } from "preact/hooks";
import { api, at, listen } from "../api/client";
import type { Grid, MetricLine, RunDetail, StatsLine } from "../api/types";

export interface LiveRun {
  run: RunDetail | null;
  stats: StatsLine[];
  metrics: MetricLine[];
  log: string[];
  error: Error | null;
  reload: () => void;
}

const kLookSeconds = 4;

const later = (lines: StatsLine[], line: StatsLine): StatsLine[] => {
  const before = lines.filter((one) => one.step < line.step); // a rollback takes lines back
  return before.length === lines.length ? [...lines, line] : [...before, line];
};
const same = (a: MetricLine, b: MetricLine) => a.step === b.step && a.metric === b.metric;

// A run as it is, and as it goes on: its files by one answer each, then the event stream.
export function useRun(id: string): LiveRun {
  const [run, setRun] = useState<RunDetail | null>(null),
    [stats, setStats] = useState<StatsLine[]>([]),
    [metrics, setMetrics] = useState<MetricLine[]>([]);
  const [log, setLog] = useState<string[]>([]),
    [error, setError] = useState<Error | null>(null),
    [round, setRound] = useState(0);
  useEffect(() => {
    let gone = false,
      close = () => {},
      state = "";
    const refresh = async (): Promise<number> => {
      const [detail, lines, results] = await Promise.all([
        api.get<RunDetail>(at("runs", id)),
        api.get<StatsLine[]>(`${at("runs", id)}/stats`),
        api.get<MetricLine[]>(`${at("runs", id)}/metrics`),
      ]);
      if (gone) return 0;
      state = detail.state;
      setRun(detail);
      setStats(lines);
      setMetrics(results);
      setError(null);
      return lines.at(-1)?.step ?? 0;
    };
    const begin = async () => {
      try {
        const step = await refresh(),
          text = await api.text(`${at("runs", id)}/log`);
        if (gone) return;
        setLog(text.split("\n").filter(Boolean));
        close = listen(`${at("runs", id)}/events?after=${step}`, {
          stats: (line) => setStats((old) => later(old, line as StatsLine)),
          metrics: (line) =>
            setMetrics((old) => [...old.filter((one) => !same(one, line as MetricLine)), line as MetricLine]),
          grid: (grid) =>
            setRun(
              (old) =>
                old && { ...old, grids: [...old.grids.filter((one) => one.url !== (grid as Grid).url), grid as Grid] },
            ),
          log: (line) => setLog((old) => [...old, (line as { line: string }).line]),
          state: (now) => {
            if ((now as { state: string }).state !== state) void refresh().catch(() => undefined);
          },
          reset: () => void refresh().catch(() => undefined), // a resume has cut the figures back
        });
      } catch (failed) {
        if (!gone) setError(failed as Error);
      }
    };
    void begin();
    // Beside the stream, so that an answer that was lost does not leave a run running for ever.
    const look = setInterval(() => {
      if (state !== "running" || document.hidden) return;
      api
        .get<RunDetail>(at("runs", id))
        .then((now) => (now.state !== state && !gone ? refresh() : undefined))
        .catch(() => undefined);
    }, kLookSeconds * 1000);
    return () => {
      gone = true;
      close();
      clearInterval(look);
    };
  }, [id, round]);
  return { run, stats, metrics, log, error, reload: () => setRound((n) => n + 1) };
}
