import { useMemo, useState } from "preact/hooks";
import { short } from "../ui/format";
import { Problem } from "../ui/parts";
import { Board, type Drawing } from "./board";
import { GameCharts } from "./charts";
import { LayerChips, Settings, Transport } from "./controls";
import { kAllLayers } from "./draw";
import { Players } from "./players";
import { type GameHandle, type Speed, useGame } from "./use_game";

const kMostPoints = 4000,
  kFewestPoints = 16;

export function Game() {
  const [speed, setSpeed] = useState<Speed>(60),
    [layers, setLayers] = useState(kAllLayers);
  const game = useGame({ recipe: "vanilla", data: "ring-8" }, speed);
  const [points, setPoints] = useState<[number, number][] | null>(null);
  const drawing = useMemo<Drawing | null>(
    () =>
      points && {
        points,
        add: (more) => setPoints((old) => [...(old ?? []), ...more].slice(-kMostPoints)),
      },
    [points],
  );
  const draw = () => {
    if (!points && game.running) void game.act("pause");
    setPoints(points ? null : []);
  };
  const use = () => {
    if (points)
      void game.change({ data: { points } }).then(() => {
        setPoints(null);
        void game.act("reset");
      });
  };
  return (
    <>
      <div class="view-head">
        <h1>Game</h1>
        <p class="lead">
          G turns noise into points; D says of each place how likely a point there is real. They learn in turn, each
          against the other.
        </p>
      </div>
      <div class="game">
        <section class="stage stack" aria-label="Board">
          <Transport game={game} speed={speed} setSpeed={setSpeed} off={points !== null} />
          <Problem error={game.error} />
          <Lost game={game} />
          {points && (
            <DrawBar count={points.length} use={use} clear={() => setPoints([])} stop={() => setPoints(null)} />
          )}
          <Board
            game={game}
            layers={layers}
            drawing={drawing}
            label={points ? `Drawing, ${points.length} points: arrow keys move, Space puts points` : describe(game)}
          />
          <LayerChips layers={layers} set={setLayers} />
          <p class="soft small keys-help">
            On the board: <kbd>Space</kbd> runs and pauses, <kbd>S</kbd> steps, <kbd>D</kbd> and <kbd>G</kbd> train one
            player.
          </p>
          <p class="visually-hidden" role="status">
            {game.running ? "Running" : describe(game)}
          </p>
        </section>
        <Settings game={game} drawing={points !== null} draw={draw} />
        <section class="card stack tight figures" aria-label="Figures">
          <div class="spread">
            <h2>Two players</h2>
            <span class="soft number small">
              step {short(game.frame?.step ?? 0)}
              {game.running && game.frame ? `, ${short(game.frame.steps_per_second, 2)} a second` : ""}
            </span>
          </div>
          <Players frame={game.frame} pull={game.pull} />
          <GameCharts curves={game.curves} />
          <p class="soft small">
            Divergences are of histograms of real and generated points on a grid; “of real” is what real points score
            against others of them. At the equilibrium D says 0.5 everywhere.
          </p>
        </section>
      </div>
    </>
  );
}

export function describe({ frame, setup }: GameHandle): string {
  if (!frame) return "The board, before the first step";
  const data = typeof setup.data === "string" ? setup.data : "your drawing";
  return (
    `${setup.recipe} on ${data} at step ${frame.step}: D gives real points ${short(frame.score.real, 2)}, generated ones ${short(frame.score.fake, 2)}; ` +
    `Jensen-Shannon divergence ${short(frame.js, 2)}`
  );
}

export function Lost({ game }: { game: GameHandle }) {
  if (!game.lost && (game.ready || !game.error)) return null;
  return (
    <div class="notice row" role="alert">
      <span>{game.lost ? "This game has ended on the server." : "The game has not started."}</span>
      <button type="button" onClick={() => game.start({ ...game.setup, options: game.options })}>
        {game.lost ? "Start it again" : "Try again"}
      </button>
    </div>
  );
}

function DrawBar({ count, use, clear, stop }: { count: number; use: () => void; clear: () => void; stop: () => void }) {
  return (
    <div class="notice stack tight">
      <span>
        Draw on the board with mouse, finger or pen; with the keyboard, arrows move and <kbd>Space</kbd> puts points.
      </span>
      <div class="row">
        <button type="button" class="primary" disabled={count < kFewestPoints} onClick={use}>
          Learn this
        </button>
        <button type="button" disabled={!count} onClick={clear}>
          Clear
        </button>
        <button type="button" class="plain" onClick={stop}>
          Cancel
        </button>
        <span class="soft number small">
          {count} of {kMostPoints} points
        </span>
      </div>
    </div>
  );
}
