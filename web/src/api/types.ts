// What the server answers: docs/server.md and /api/openapi.json.
export interface Health {
  status: string;
  version: string;
  device: string;
  uptime_s: number;
  classroom: boolean;
  read_only: boolean;
}
export interface RecipeSummary {
  name: string;
  paper: string;
  summary: string;
  kind: string;
  example: string;
}
export interface OptionField {
  name: string;
  type: string;
  value: string;
  help: string;
  unit: string;
  min: number | null;
  max: number | null;
  choices: string[];
  automatic: boolean;
  range?: string;
}
export interface Recipe extends RecipeSummary {
  options: OptionField[];
}
export interface DataSet {
  name: string;
  summary: string;
  kind: string;
  samples: number | null;
  download: string;
  licence: string;
  state: string;
}
export interface DataCheck {
  name: string;
  kind: string;
  samples: number;
  shape: number[];
  classes: { name: string; samples: number }[];
  problems: { file: string; what: string }[];
  left_out: { what: string; files: number }[];
}
export interface Uploaded {
  id: string;
  was_there: boolean; // uploaded before, by this name
  check: DataCheck;
}
export interface MetricValue {
  name: string;
  value: number;
  better: string;
}
export interface RunSummary {
  id: string;
  recipe: string;
  data: string;
  state: string;
  kimg: number;
  kimg_total: number;
  seconds: number;
  started: string | number;
  note: string;
  metric: MetricValue | null;
  thumbnail: string | null;
  why?: string;
  hint?: string;
}
export interface Grid {
  kimg: number;
  url: string;
}
export interface RunDetail extends RunSummary {
  options: Record<string, unknown>;
  changes: unknown[] | null;
  machine: Record<string, unknown> | null;
  watchdog: { kimg: number; message: string; state: string }[];
  grids: Grid[];
  reals: string | null;
  decisions?: { name: string; value: string; reason: string }[];
  dataset?: unknown;
  gannet?: unknown;
  networks: { id: string; kimg: number; best: boolean; last: boolean }[];
  live: boolean;
}
export interface StatsLine {
  step: number;
  kimg: number;
  seconds: number;
  img_per_s?: number;
  [group: string]: unknown;
}
export interface MetricLine {
  kimg: number;
  step: number;
  metric: string;
  value: number;
  real?: number;
  error?: number;
  protocol: Record<string, unknown>;
}
export interface Attribute {
  name: string;
  kind: "number" | "yes_no" | "words";
  words: string[];
  low: number | null;
  high: number | null;
}
export interface NetworkMetric {
  metric: string;
  value: number;
  real?: number | null;
  better?: string;
  baseline?: { what: string; value: number };
  protocol?: Record<string, unknown>;
}
export interface Network {
  id: string;
  name: string;
  recipe: string;
  kind: string;
  shape: number[];
  classes: string[] | null;
  attributes: Attribute[] | null;
  text: boolean;
  input: { kind: string; shape: number[]; scale: number } | null;
  latent: number;
  truncation: boolean;
  styles: number[];
  discriminator: boolean;
  run: string | null;
  kimg: number | null;
  licence: string;
  data: string;
  parameters?: number;
  bytes?: number;
  metrics: NetworkMetric[];
  options?: Record<string, unknown>;
}
export interface Sample {
  seed?: number;
  png?: string;
  webp?: string;
  wav?: string;
  points?: number[];
  latent?: number[];
}
export interface Generated {
  samples: Sample[];
  shape: number[];
}
export interface GenerateRequest {
  network: string;
  seeds?: number[] | string;
  class?: string | number;
  text?: string;
  attributes?: Record<string, number | string>;
  trunc?: number;
  format: string;
  grid?: string | null;
  latents?: number[][];
  style?: { seeds: number[] | string; from: number; text?: string; class?: number };
}
export interface Detection {
  name: string;
  score: number;
  unlike_percent: number;
  p_value?: number;
  verdict: string;
}
export interface Comparison {
  tests: TestResult[];
  samples: number;
  notes: string[];
}
export interface TestResult {
  test: string;
  statistic: number;
  p_value: number;
}
export interface Quiz {
  id: string;
  items: { url: string }[];
}
export interface QuizResult {
  truth: boolean[];
  correct: number;
  p_value: number;
  discriminator: { correct: number; of: number } | null;
}
export type GameData = string | { points: [number, number][] };
export interface GameOptions {
  loss?: string;
  lr_G?: number;
  lr_D?: number;
  n_critic?: number;
  [name: string]: unknown;
}
export interface GameState {
  id: string;
  options?: GameOptions;
  fields?: OptionField[];
  running?: boolean;
  error?: string;
}
export interface GameFrame {
  step: number;
  running: boolean;
  phase: string;
  steps_per_second: number;
  error: string;
  loss: { D: number | null; G: number | null };
  score: { real: number | null; fake: number | null };
  js: number | null;
  js_floor: number | null;
  kl: number | null;
  fake: string;
  box: [number, number, number, number];
  surface: { n: number; values: string; probability: boolean } | null;
  manifold: { n: number; points: string } | null;
  arrows: string | null;
}
