import { useEffect, useState } from "preact/hooks";
import type { Sample } from "../api/types";
import { useAction } from "../ui/hooks";
import { Empty, Field, Loading, Problem, Select } from "../ui/parts";
import type { ToolProps } from "./generate";
import { Picture } from "./picture";
import { conditionOf, generate, seedsOf } from "./requests";
import { SeedsField } from "./seeds";

const kMostSide = 8; // rows and columns of the table

interface Table {
  rows: Sample[];
  styles: Sample[];
  mixed: Sample[]; // row by row
}

// Style mixing: the coarse layers of each row's picture, the fine ones of each column's.
export function Mix({ network, condition }: ToolProps) {
  const [rowText, setRowText] = useState("0-3"),
    [styleText, setStyleText] = useState("10-14"),
    [from, setFrom] = useState(String(network.styles[0])),
    [sentence, setSentence] = useState(""),
    [styleClass, setStyleClass] = useState(
      network.classes ? String((Number(condition.classIndex) + 1) % network.classes.length) : "",
    );
  const [table, setTable] = useState<Table | null>(null);
  const rows = seedsOf(rowText, kMostSide),
    columns = seedsOf(styleText, kMostSide);
  const mix = useAction(async (rowSeeds: number[], styleSeeds: number[]) => {
    const common = { ...conditionOf(network, condition), format: "json" },
      own = {
        ...(sentence.trim() ? { text: sentence } : {}),
        ...(network.classes ? { class: Number(styleClass) } : {}),
      };
    const [plain, styles, mixed] = await Promise.all([
      generate({ ...common, seeds: rowSeeds }),
      generate({ ...common, ...own, seeds: styleSeeds }),
      generate({
        ...common,
        seeds: rowSeeds.flatMap((seed) => styleSeeds.map(() => seed)),
        style: { ...own, seeds: styleSeeds, from: Number(from) },
      }),
    ]);
    setTable({ rows: plain.samples, styles: styles.samples, mixed: mixed.samples });
  });
  const ready = rows && columns && (!network.text || condition.text);
  useEffect(() => {
    if (ready) void mix.run(rows, columns);
  }, []); // something to look at from the start
  return (
    <div class="stack">
      <form
        class="row generate"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void mix.run(rows, columns);
        }}
      >
        <SeedsField label="Seeds of the rows" value={rowText} set={setRowText} most={kMostSide} example="0-3 or 5,9" />
        <SeedsField label="Seeds of the styles" value={styleText} set={setStyleText} most={kMostSide} example="10-14" />
        <Select
          label="Styles from"
          value={from}
          choices={network.styles.map((size) => [String(size), `${size}x${size} on`] as const)}
          onChange={setFrom}
        />
        {network.classes && (
          <Select
            label="Class of the styles"
            value={styleClass}
            choices={network.classes.map((name, i) => [String(i), name] as const)}
            onChange={setStyleClass}
          />
        )}
        {network.text && (
          <Field label="Sentence of the styles">
            {(id) => (
              <input
                id={id}
                type="text"
                value={sentence}
                placeholder="the same"
                onInput={(event) => setSentence(event.currentTarget.value)}
              />
            )}
          </Field>
        )}
        <button class="primary" disabled={!ready || mix.busy}>
          {mix.busy ? "Mixing …" : "Mix"}
        </button>
      </form>
      <Problem error={mix.error} />
      {!table &&
        !mix.error &&
        (mix.busy ? (
          <Loading what="samples" />
        ) : (
          <Empty>{network.text ? "Write a sentence and press Mix." : "Press Mix."}</Empty>
        ))}
      {table && (
        <div class="mixed-scroll">
          <table class="mixed">
            <thead>
              <tr>
                <td />
                {table.styles.map((sample, i) => (
                  <th key={i} scope="col">
                    <Picture sample={sample} network={network} alt={`Style of seed ${sample.seed}`} />
                    <small>{sample.seed}</small>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map((row, r) => (
                <tr key={r}>
                  <th scope="row">
                    <Picture sample={row} network={network} alt={`Seed ${row.seed}`} />
                    <small>{row.seed}</small>
                  </th>
                  {table.styles.map((style, c) => {
                    const sample = table.mixed[r * table.styles.length + c];
                    return (
                      <td key={c}>
                        {sample && (
                          <Picture
                            sample={sample}
                            network={network}
                            alt={`Seed ${row.seed} in the style of ${style.seed}`}
                          />
                        )}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
