import { useState } from "preact/hooks";
import { ApiError, api } from "../api/client";
import type { DataCheck, Uploaded } from "../api/types";
import { shapeText } from "../ui/format";
import { useAction } from "../ui/hooks";
import { Drop } from "../ui/drop";
import { Problem } from "../ui/parts";

// A zip or a folder, checked by the server as `gannet data check` does, before anything trains on it.
export function DataDrop({ onReady }: { onReady: (made: Uploaded) => void }) {
  const [check, setCheck] = useState<DataCheck | null>(null),
    [before, setBefore] = useState("");
  const send = useAction(async (files: File[]) => {
    setCheck(null);
    setBefore("");
    const form = new FormData();
    for (const file of files) form.append("file", file, file.webkitRelativePath || file.name);
    const made = await api.form<Uploaded>("/datasets", form).catch((error: Error) => {
      if (error instanceof ApiError && error.body["check"]) setCheck(error.body["check"] as DataCheck);
      throw error;
    });
    setCheck(made.check);
    if (made.was_there) setBefore(made.id);
    onReady(made);
  });
  return (
    <div class="stack tight">
      <Drop label="Drop your own data" folders multiple onFiles={(files) => void send.run(files)}>
        <span>or drop a zip or a folder of pictures, sounds or points</span>
      </Drop>
      {send.busy && (
        <p class="soft" role="status">
          Sending and checking …
        </p>
      )}
      <Problem error={send.error} />
      {check && <Checked check={check} />}
      {before && (
        <p class="small" role="status">
          The same data is here already, as <b>{before}</b>.
        </p>
      )}
    </div>
  );
}

function Checked({ check }: { check: DataCheck }) {
  return (
    <div class="notice stack tight" role="status">
      <span>
        <b>{check.name}</b>: {check.samples.toLocaleString("en")} {check.samples === 1 ? "sample" : "samples"} (
        {check.kind}), {shapeText(check.shape)}
      </span>
      {(check.classes?.length ?? 0) > 0 && (
        <span class="small">
          {check.classes.length} classes:{" "}
          {check.classes
            .slice(0, 12)
            .map((one) => `${one.name} ${one.samples}`)
            .join(", ")}
        </span>
      )}
      {check.left_out?.map((one) => (
        <span class="small" key={one.what}>
          Left out: {one.what} ({one.files})
        </span>
      ))}
      {check.problems?.slice(0, 5).map((one) => (
        <span class="small" key={one.file}>
          {one.file}: {one.what}
        </span>
      ))}
      {(check.problems?.length ?? 0) > 5 && <span class="small">and {check.problems.length - 5} more</span>}
    </div>
  );
}
