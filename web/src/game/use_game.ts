import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, api, at, listen } from "../api/client";
import type { GameData, GameFrame, GameOptions, GameState, OptionField } from "../api/types";
import { floatsOf } from "../ui/format";
import { arrowNorms, type Curves, extend, kEmptyScene, noCurves, type Scene, typicalNorm, withFrame } from "./scene";

export type Speed = number | "max";
export interface GameSetup {
  recipe: string;
  data: GameData;
  options?: GameOptions;
  seed?: number;
}
export interface GameHandle {
  setup: GameSetup;
  options: GameOptions;
  fields: OptionField[];
  running: boolean;
  frame: GameFrame | null;
  pull: number | null;
  curves: Curves;
  error: Error | null;
  ready: boolean;
  lost: boolean;
  act: (action: string) => Promise<void>;
  change: (what: { options?: GameOptions; data?: GameData; speed?: Speed }) => Promise<void>;
  start: (setup: GameSetup, run?: boolean) => Promise<void>;
  watch: (draw: (scene: Scene) => void) => () => void;
}
const kRestAfterSeconds = 20;
const kFiguresPerSecond = 7; // numbers and curves; the board is drawn with every frame

export function useGame(first: GameSetup, speed: Speed = 60): GameHandle {
  const [setup, setSetup] = useState(first),
    [options, setOptions] = useState<GameOptions>(first.options ?? {}),
    [fields, setFields] = useState<OptionField[]>([]);
  const [view, setView] = useState<{ frame: GameFrame | null; pull: number | null; curves: Curves }>({
    frame: null,
    pull: null,
    curves: noCurves(),
  });
  const [running, setRunning] = useState(false),
    [error, setError] = useState<Error | null>(null),
    [id, setId] = useState<string | null>(null),
    [lost, setLost] = useState(false);
  const live = useRef({
    id: "",
    scene: kEmptyScene,
    curves: noCurves(),
    drawers: new Set<(scene: Scene) => void>(),
    shown: 0,
    speed,
    close: () => {},
    timer: 0,
    gone: false,
  });

  const show = (frame: GameFrame) => {
    const now = performance.now(),
      one = live.current;
    clearTimeout(one.timer);
    const due = () => {
      one.shown = performance.now();
      setRunning(frame.running);
      setView({
        frame,
        pull: one.scene.arrows && typicalNorm(arrowNorms(one.scene.arrows)),
        curves: { ...one.curves },
      });
    };
    if (!frame.running || now - one.shown > 1000 / kFiguresPerSecond) due();
    else one.timer = window.setTimeout(due, 1000 / kFiguresPerSecond);
  };
  const redraw = () => {
    for (const draw of live.current.drawers) draw(live.current.scene);
  };

  const start = async (next: GameSetup, run = false) => {
    const one = live.current,
      before = one.id;
    one.close();
    if (before) void api.remove(at("games", before)).catch(() => undefined);
    Object.assign(one, { id: "", scene: kEmptyScene, curves: noCurves() });
    setError(null);
    setLost(false);
    setId(null);
    try {
      const made = await api.post<GameState>("/games", { seed: 0, ...next, options: next.options ?? {} });
      if (one.gone) return void api.remove(at("games", made.id)).catch(() => undefined);
      one.id = made.id;
      setId(made.id);
      setSetup(next);
      setOptions(made.options ?? next.options ?? {});
      setFields(made.fields ?? []);
      one.close = listen(
        `${at("games", made.id)}/events`,
        {
          frame: (data) => {
            const frame = data as GameFrame;
            if (frame.error) {
              setRunning(false);
              return setError(new Error(frame.error));
            }
            one.scene = withFrame(one.scene, frame);
            one.curves = extend(one.curves, frame);
            redraw();
            show(frame);
          },
          real: (data) => {
            one.scene = { ...one.scene, real: floatsOf((data as { points: string }).points) };
            redraw();
          },
        },
        () => {
          setLost(true);
          setRunning(false);
        },
      );
      await api.post(at("games", made.id), { speed: one.speed });
      if (run) await api.post(at("games", made.id), { action: "run" });
    } catch (failed) {
      setError(failed as Error);
    }
  };
  useEffect(() => {
    const one = live.current;
    const leave = () => {
      if (one.id) void api.remove(at("games", one.id)).catch(() => undefined);
    };
    one.gone = false;
    void start(first);
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      one.gone = true;
      one.close();
      clearTimeout(one.timer);
      leave();
    };
  }, []);

  const tell = async (what: object) => {
    setError(null);
    try {
      const state = await api.post<GameState>(at("games", live.current.id), what);
      if (state.options) setOptions(state.options);
      if (state.fields) setFields(state.fields);
      if (state.running !== undefined) setRunning(state.running);
    } catch (failed) {
      if (failed instanceof ApiError && failed.status === 404) setLost(true);
      setError(failed as Error);
    }
  };
  useRest(running, (action) => tell({ action }));
  return {
    setup,
    options,
    fields,
    running,
    frame: view.frame,
    pull: view.pull,
    curves: view.curves,
    error,
    ready: id !== null,
    lost,
    start,
    act: (action) => tell({ action }),
    change: async (what) => {
      if (what.speed) live.current.speed = what.speed;
      await tell(what);
      if (what.data) setSetup((old) => ({ ...old, data: what.data as GameData }));
    },
    watch: (draw) => {
      live.current.drawers.add(draw);
      draw(live.current.scene);
      return () => {
        live.current.drawers.delete(draw);
      };
    },
  };
}

// A game that nobody sees rests, so that a classroom's other games have the machine.
function useRest(running: boolean, tell: (action: string) => Promise<void>): void {
  const now = useRef({ running, tell, timer: 0, resting: false });
  Object.assign(now.current, { running, tell });
  useEffect(() => {
    const one = now.current;
    const changed = () => {
      clearTimeout(one.timer);
      if (document.hidden)
        one.timer = window.setTimeout(() => {
          if (one.running) {
            one.resting = true;
            void one.tell("pause");
          }
        }, kRestAfterSeconds * 1000);
      else if (one.resting) {
        one.resting = false;
        void one.tell("run");
      }
    };
    document.addEventListener("visibilitychange", changed);
    return () => {
      document.removeEventListener("visibilitychange", changed);
      clearTimeout(one.timer);
    };
  }, []);
}
