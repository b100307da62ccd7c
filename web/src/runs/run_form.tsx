import { useState } from "preact/hooks";
import { api, at } from "../api/client";
import type { DataSet, Recipe, RecipeSummary, RunDetail, Uploaded } from "../api/types";
import { useReadOnly } from "../ui/health";
import { useAction, useResource } from "../ui/hooks";
import { Field, Loading, Problem, Select } from "../ui/parts";
import { DataDrop } from "./data_drop";
import { OptionFields, type Values } from "./option_fields";

// Of every recipe: what may be asked before it is chosen.
const kOfAny = ["kimg", "minutes", "batch", "seed", "snap", "metrics", "image-size"];
async function fieldsOf(cfg: string, data: string, signal: AbortSignal): Promise<Recipe> {
  const path = at("recipes", cfg === "auto" ? "r3gan" : cfg);
  const recipe = await api
    .get<Recipe>(data ? `${path}?data=${encodeURIComponent(data)}` : path, signal)
    .catch(() => api.get<Recipe>(path, signal));
  return cfg === "auto"
    ? { ...recipe, options: recipe.options.filter((field) => kOfAny.includes(field.name)) }
    : recipe;
}

const open = (id: string) => {
  location.hash = `#/runs/${encodeURIComponent(id)}`;
};
const typed = (values: Values): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([name, text]) => [
      name,
      text === "true"
        ? true
        : text === "false"
          ? false
          : text !== "" && Number.isFinite(Number(text))
            ? Number(text)
            : text,
    ]),
  );

export function NewRun() {
  const readOnly = useReadOnly();
  const recipes = useResource<RecipeSummary[]>((signal) => api.get("/recipes", signal), ""),
    sets = useResource<DataSet[]>((signal) => api.get("/datasets", signal), "");
  const [cfg, setCfg] = useState("auto"),
    [data, setData] = useState("shapes"),
    [values, setValues] = useState<Values>({ kimg: "20" }),
    [desc, setDesc] = useState("");
  const [uploads, setUploads] = useState<Uploaded[]>([]),
    set = sets.data?.find((one) => one.name === data);
  const recipe = useResource<Recipe>(
    (signal) => fieldsOf(cfg, uploads.some((one) => one.id === data) || set?.state === "uploaded" ? "" : data, signal),
    `${cfg} ${data}`,
  );
  const start = useAction(async () =>
    open((await api.post<{ id: string }>("/runs", { cfg, data, options: typed(values), desc })).id),
  );
  if (readOnly) return <Forbidden />;
  return (
    <>
      <nav class="crumbs small" aria-label="Path">
        <a href="#/runs">Runs</a> / New
      </nav>
      <div class="view-head">
        <h1>New run</h1>
      </div>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void start.run();
        }}
      >
        <div class="columns halves">
          <section class="card stack" aria-label="What to train">
            <Select
              label="Recipe"
              value={cfg}
              choices={[
                ["auto", "auto, by the kind of data"],
                ...(recipes.data ?? []).map((one) => [one.name, one.name] as const),
              ]}
              onChange={(name) => {
                setCfg(name);
                setValues({ kimg: values["kimg"] ?? "20" });
              }}
              help={
                cfg === "auto"
                  ? "a recipe and values that suit the data, each with its reason"
                  : [recipe.data?.summary, recipe.data?.paper].filter(Boolean).join(". ")
              }
            />
            <Field label="Note" help="ends the name of the run">
              {(id, described) => (
                <input
                  id={id}
                  type="text"
                  value={desc}
                  aria-describedby={described}
                  maxLength={60}
                  onInput={(event) => setDesc(event.currentTarget.value)}
                />
              )}
            </Field>
          </section>
          <section class="card stack" aria-label="Training data">
            <Select
              label="Data"
              value={data}
              onChange={setData}
              help={
                set
                  ? `${set.summary}${set.state === "can be fetched" ? `; not here yet: \`gannet data fetch ${set.name}\`, ${set.download}` : ""}`
                  : "checked; ready to train on"
              }
              choices={[
                ...uploads.map((one) => [one.id, `${one.check.name} (dropped here)`] as const),
                ...(sets.data ?? []).map((one) => [one.name, one.name] as const),
              ]}
            />
            <DataDrop
              onReady={(made) => {
                setUploads([made, ...uploads]);
                setData(made.id);
              }}
            />
          </section>
        </div>
        <section class="card stack" aria-label="Options">
          <h2>Options</h2>
          <Problem error={recipe.error ?? recipes.error ?? sets.error} />
          {recipe.data ? (
            <OptionFields fields={recipe.data.options} values={values} set={setValues} />
          ) : (
            recipe.loading && <Loading what="the options" />
          )}
        </section>
        <Problem error={start.error} />
        <div class="row end">
          <span class="soft small mono">{commandOf(cfg, data, values, desc)}</span>
          <button class="primary" disabled={start.busy || !recipe.data}>
            {start.busy ? "Starting …" : "Start training"}
          </button>
        </div>
      </form>
    </>
  );
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

// The same run from a terminal.
const commandOf = (cfg: string, data: string, values: Values, desc: string): string =>
  [
    "gannet train",
    "--cfg",
    cfg,
    "--data",
    quoted(data),
    ...Object.entries(values).flatMap(([name, value]) => [`--${name}`, quoted(value)]),
    ...(desc ? ["--desc", quoted(desc)] : []),
  ].join(" ");

// What a run keeps from its first step on: its networks, its data, its draws.
const kFixed = new Set(
  (
    "accumulate background bad-files batch crop d-dense d-norm depth direction filter frames g-from-4x4 g-upsample gaps hours image-size kind labels length " +
    "mbstd minutes ndf ngf nz optimizer pack pairs preset rate resume-partial seed seeds value-range"
  ).split(" "),
);

// A run goes on, or a new one starts from its options; only what is changed is sent.
export function Rerun({ id, mode }: { id: string; mode: "fork" | "resume" }) {
  const readOnly = useReadOnly();
  const run = useResource<RunDetail>((signal) => api.get(at("runs", id), signal), id),
    [values, setValues] = useState<Values>({}),
    [desc, setDesc] = useState("");
  const cfg = run.data?.recipe ?? "",
    recipe = useResource<Recipe | null>(
      (signal) => (cfg ? api.get(at("recipes", cfg), signal) : Promise.resolve(null)),
      cfg,
    );
  const start = useAction(async () => {
    const answer = await api.post<{ id?: string }>(`${at("runs", id)}/${mode}`, {
      options: typed(values),
      ...(mode === "fork" ? { desc } : {}),
    });
    open(answer.id ?? id);
  });
  if (readOnly) return <Forbidden />;
  const own = run.data?.options ?? {};
  const fields = (recipe.data?.options ?? [])
    .filter((field) => mode === "fork" || !kFixed.has(field.name))
    .map((field) => (own[field.name] === undefined ? field : { ...field, value: String(own[field.name]) }));
  return (
    <>
      <nav class="crumbs small" aria-label="Path">
        <a href="#/runs">Runs</a> / <a href={`#/runs/${encodeURIComponent(id)}`}>{id}</a>
      </nav>
      <div class="view-head">
        <h1>{mode === "fork" ? "Fork" : "Resume"}</h1>
        <p class="lead">
          {mode === "fork"
            ? "A new run that starts from this one’s weights, with its options, changed where you like."
            : "The run goes on, bit for bit, from its last state. A larger kimg makes it longer."}
        </p>
      </div>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void start.run();
        }}
      >
        <section class="card stack" aria-label="Options">
          <Problem error={run.error ?? recipe.error} />
          {mode === "fork" && (
            <Field label="Note" help="ends the name of the run">
              {(key, described) => (
                <input
                  id={key}
                  type="text"
                  value={desc}
                  aria-describedby={described}
                  maxLength={60}
                  onInput={(event) => setDesc(event.currentTarget.value)}
                />
              )}
            </Field>
          )}
          {recipe.data ? (
            <OptionFields fields={fields} values={values} set={setValues} />
          ) : (
            <Loading what="the options" />
          )}
        </section>
        <Problem error={start.error} />
        <div class="row end">
          <button class="primary" disabled={start.busy || !recipe.data}>
            {mode === "fork" ? "Start the fork" : "Resume"}
          </button>
        </div>
      </form>
    </>
  );
}

const Forbidden = () => (
  <div class="notice">
    Here you may look at runs, not start them. <a href="#/runs">All runs</a>
  </div>
);
