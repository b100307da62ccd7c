import { Compare } from "./compare";
import { RunList } from "./list";
import { NewRun, Rerun } from "./run_form";
import { RunView } from "./run";

export function Runs({ route }: { route: string[] }) {
  const [first, second] = route;
  if (!first) return <RunList />;
  if (first === "new") return <NewRun />;
  if (first === "compare") return <Compare ids={(second ?? "").split(",").filter(Boolean)} />;
  if (second === "fork" || second === "resume") return <Rerun id={first} mode={second} />;
  return <RunView id={first} />;
}
