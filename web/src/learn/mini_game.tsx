import { useState } from "preact/hooks";
import type { GameOptions } from "../api/types";
import { Board } from "../game/board";
import { GameCharts } from "../game/charts";
import { kAllLayers, type Layers } from "../game/draw";
import { describe, Lost } from "../game/game";
import { Players } from "../game/players";
import { type GameSetup, useGame } from "../game/use_game";
import { short } from "../ui/format";
import { icons } from "../ui/icons";
import { Problem, Select } from "../ui/parts";

export interface Case {
  name: string;
  what: string;
  setup: GameSetup;
}

// The game in a lesson: what that lesson needs of it, the engine as it is.
export function MiniGame({
  cases,
  phases,
  run,
  players,
  curves,
  layers,
}: {
  cases: [Case, ...Case[]];
  phases?: boolean;
  run?: boolean;
  players?: boolean;
  curves?: boolean;
  layers?: Partial<Layers>;
}) {
  const [at, setAt] = useState(0),
    chosen = cases[at] ?? cases[0],
    game = useGame(chosen.setup, 60),
    idle = !game.ready || game.lost;
  const [shown] = useState<Layers>({ ...kAllLayers, ...layers });
  const choose = (name: string) => {
    const next = cases.findIndex((one) => one.name === name);
    setAt(next);
    void game.start((cases[next] ?? cases[0]).setup, game.running);
  };
  return (
    <div class="stack tight">
      {cases.length > 1 && (
        <Select
          label="Case"
          value={chosen.name}
          choices={cases.map((one) => one.name)}
          onChange={choose}
          help={chosen.what}
        />
      )}
      <div class="row">
        {run !== false && (
          <button type="button" class="primary" disabled={idle || game.running} onClick={() => game.act("run")}>
            <icons.run />
            Run
          </button>
        )}
        {run !== false && (
          <button type="button" disabled={idle || !game.running} onClick={() => game.act("pause")}>
            <icons.pause />
            Pause
          </button>
        )}
        {phases && (
          <button type="button" disabled={idle} onClick={() => game.act("step_D")}>
            Train D
          </button>
        )}
        {phases && (
          <button type="button" disabled={idle} onClick={() => game.act("step_G")}>
            Train G
          </button>
        )}
        <button type="button" class="plain" disabled={idle} onClick={() => game.act("reset")}>
          <icons.again />
          Reset
        </button>
        <span class="soft small number">step {short(game.frame?.step ?? 0)}</span>
      </div>
      <Problem error={game.error} />
      <Lost game={game} />
      <Board game={game} layers={shown} label={describe(game)} />
      {players && <Players frame={game.frame} pull={game.pull} />}
      {curves && <GameCharts curves={game.curves} height={92} />}
    </div>
  );
}

export const on = (data: string, options: GameOptions = {}, recipe = "vanilla"): GameSetup => ({
  recipe,
  data,
  options,
});
