import { useState } from "preact/hooks";
import type { OptionField } from "../api/types";
import { Field } from "../ui/parts";

// What is asked first; the others are found by their names and help.
const kFirst = [
  "kimg",
  "minutes",
  "batch",
  "seed",
  "loss",
  "lr",
  "glr",
  "dlr",
  "n-critic",
  "nz",
  "gamma",
  "r1",
  "aug",
  "mirror",
  "ema",
  "snap",
];
const kElsewhere = ["cfg", "data", "outdir", "desc", "resume", "dry-run"]; // asked by the form itself, or the server's
export type Values = Record<string, string>;

export function OptionFields({
  fields: all,
  values,
  set,
}: {
  fields: OptionField[];
  values: Values;
  set: (values: Values) => void;
}) {
  const [search, setSearch] = useState(""),
    word = search.trim().toLowerCase();
  const fields = all.filter((field) => !kElsewhere.includes(field.name));
  const first = kFirst
    .map((name) => fields.find((field) => field.name === name))
    .filter((field) => field !== undefined);
  const rest = fields.filter((field) => !kFirst.includes(field.name));
  const found = word ? fields.filter((field) => `${field.name} ${field.help}`.toLowerCase().includes(word)) : [];
  const one = (field: OptionField) => (
    <OptionInput
      key={field.name}
      field={field}
      value={values[field.name]}
      set={(value) => set(changed(values, field, value))}
    />
  );
  return (
    <div class="stack">
      <div class="grid-3">{first.map(one)}</div>
      {rest.length > 0 && (
        <details>
          <summary>All other options</summary>
          <div class="stack">
            <Field label="Search">
              {(id) => (
                <input
                  id={id}
                  type="search"
                  value={search}
                  placeholder="penalty, noise, schedule …"
                  onInput={(event) => setSearch(event.currentTarget.value)}
                />
              )}
            </Field>
            {word && !found.length && <p class="soft">No option says “{search}”.</p>}
            <div class="grid-3">{(word ? found : rest).map(one)}</div>
          </div>
        </details>
      )}
    </div>
  );
}

// What equals the default is not sent, so that automatic values stay automatic.
function changed(values: Values, field: OptionField, value: string): Values {
  const { [field.name]: _, ...others } = values;
  return value === field.value ? others : { ...others, [field.name]: value };
}

function OptionInput({
  field,
  value,
  set,
}: {
  field: OptionField;
  value: string | undefined;
  set: (value: string) => void;
}) {
  const now = value ?? field.value,
    changedHere = value !== undefined && value !== field.value;
  const range = rangeOf(field);
  const help = [field.help, range].filter(Boolean).join("; ");
  return (
    <div class={changedHere ? "option changed" : "option"}>
      <Field label={field.name} help={help} {...(changedHere ? { output: `default ${field.value || "empty"}` } : {})}>
        {(id, described) =>
          field.type === "bool" ? (
            <select
              id={id}
              value={now}
              aria-describedby={described}
              onChange={(event) => set(event.currentTarget.value)}
            >
              <option value="false">no</option>
              <option value="true">yes</option>
            </select>
          ) : field.choices.length ? (
            <select
              id={id}
              value={now}
              aria-describedby={described}
              onChange={(event) => set(event.currentTarget.value)}
            >
              {[...new Set([...(field.choices.includes(now) ? [] : [now]), ...field.choices])].map((choice) => (
                <option key={choice} value={choice}>
                  {choice}
                </option>
              ))}
            </select>
          ) : (
            <input
              id={id}
              type="text"
              inputMode={["int", "uint", "float", "size"].includes(field.type) && !field.automatic ? "decimal" : "text"}
              value={now}
              aria-describedby={described}
              autocomplete="off"
              spellcheck={false}
              onChange={(event) => set(event.currentTarget.value.trim())}
            />
          )
        }
      </Field>
    </div>
  );
}

// "from 0 to 0.5", "from 1 pixels", or the unit alone; bounds that are no more than a guard are not told.
function rangeOf({ min, max, unit, range }: OptionField): string {
  if (range) return range;
  const words = [
    min !== null && Number.isFinite(min) && max !== null && max < 1e5 ? `from ${min} to ${max}` : "",
    unit,
  ].filter(Boolean);
  return words.join(" ");
}
