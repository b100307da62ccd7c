#!/usr/bin/env python3
"""Makes tests/runs/{healthy,collapsed,passing}/NAME.json from run directories: what the watchdog reads of their stats.jsonl,
snapshots.jsonl and metrics.jsonl (src/gannet/runs/watchdog.cpp), four digits each.

    python3 scripts/golden/healthy_runs.py RUN_DIRECTORY NAME... [--into healthy|collapsed|passing]

Each run directory is followed by the name of its file. Of a run of more than 200 ticks the first and last 100 are kept, all in a row: rules
count ticks in a row, and compare with the ones before. Its snapshots and metrics are all kept. Needs the standard library alone.

healthy: seed 0 of scripts/results/defaults.sh, toys.sh, video.sh and wavegan.sh (stopped after 8 ticks), and grid-25 with
--latent-signs (docs/toys.md). passing: of toys.sh too. collapsed, vanilla-high-rate and (stopped at 179 kimg) vanilla-one-mode:

    gannet train --cfg vanilla --data fashion-mnist --lr 0.05 --kimg 60 --tick 2 --snap 5 --threads 1 --seed 0
    gannet train --cfg vanilla --data ring-8 --preset paper --lr 0.004 --kimg 300 --tick 5 --snap 2 --metrics modes --threads 1 --seed 0"""
import argparse
import json
import pathlib

OUT = pathlib.Path(__file__).resolve().parents[2] / "tests" / "runs"
OPTIONS = ("cfg", "data", "loss", "kimg", "lr", "glr", "dlr", "noise", "seed")
END = 100  # ticks kept at each end


def number(x):
    return float(f"{x:.4g}") if isinstance(x, float) else x


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def place(line):
    return {"step": line["step"], "kimg": round(line["kimg"], 3)}


def tick(line):
    some = lambda part, names=None: {k: number(v) for k, v in line.get(part, {}).items() if names is None or k in names}
    return place(line) | {"loss": some("loss", ("G",)), "score": some("score", ("D(x)", "D(G(z))")), "grad_norm": some("grad_norm")}


def snapshot(line):
    kept = {k: number(line[k]) for k in ("diversity", "copies") if k in line}
    if "class_diversity" in line:
        kept["class_diversity"] = {k: number(v) for k, v in line["class_diversity"].items()}
    return place(line) | kept


def metric(line):
    return place(line) | {k: number(line[k]) for k in ("metric", "value", "real") if k in line}


def compact(run):
    options = json.loads((run / "options.json").read_text())
    ticks = lines(run / "stats.jsonl")
    total = len(ticks)
    if total > 2 * END:
        ticks = ticks[:END] + ticks[-END:]
    # A run that was stopped has no last step.
    done = (run / "DONE").exists()
    return {"options": {k: options[k] for k in OPTIONS if k in options}, "ticks_of_run": total, "last_step": ticks[-1]["step"] if done else None,
            "ticks": [tick(line) for line in ticks], "snapshots": [snapshot(line) for line in lines(run / "snapshots.jsonl")],
            "metrics": [metric(line) for line in lines(run / "metrics.jsonl") if line["metric"].startswith(("modes", "high_quality", "precision", "recall"))]}


def text(run):
    """A line each for the ticks, snapshots and metrics, so that a change is readable."""
    parts = []
    for key, value in run.items():
        rows = value if isinstance(value, list) else None
        dump = lambda x: json.dumps(x, separators=(",", ":"))
        parts.append(f'"{key}":' + (dump(value) if rows is None else "[\n" + ",\n".join(map(dump, rows)) + "]"))
    return "{" + ",\n".join(parts) + "}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", help="RUN_DIRECTORY NAME, ...")
    parser.add_argument("--into", choices=["healthy", "collapsed", "passing"], default="healthy")
    args = parser.parse_args()
    folder = OUT / args.into
    folder.mkdir(exist_ok=True)
    for directory, name in zip(args.runs[::2], args.runs[1::2], strict=True):
        (folder / f"{name}.json").write_text(text(compact(pathlib.Path(directory))))


if __name__ == "__main__":
    main()
