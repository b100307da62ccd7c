import { useEffect, useRef, useState } from "preact/hooks";
import { api, onTokenNeeded } from "./api/client";
import type { Health } from "./api/types";
import { Game } from "./game/game";
import { Judge } from "./judge/judge";
import { Code } from "./learn/code";
import { Learn } from "./learn/learn";
import { Play } from "./play/play";
import { Runs } from "./runs/runs";
import { Boundary } from "./ui/boundary";
import { HealthContext, kUnknownHealth } from "./ui/health";
import { useResource } from "./ui/hooks";
import { icons } from "./ui/icons";
import { Mark } from "./ui/parts";
import { ThemeSwitch } from "./ui/theme";

const kViews = [
  ["runs", "Runs", icons.runs],
  ["game", "Game", icons.game],
  ["play", "Play", icons.play],
  ["judge", "Judge", icons.judge],
  ["learn", "Learn", icons.learn],
] as const;

// #/runs/ID -> ["runs", "ID"]; nothing -> the game, the heart of the page.
const routeOf = (hash: string): string[] =>
  hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);

function useRoute(): string[] {
  const [route, set] = useState(routeOf(location.hash));
  useEffect(() => {
    const changed = () => set(routeOf(location.hash));
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}

function View({ route }: { route: string[] }) {
  const [view, ...rest] = route;
  switch (view) {
    case "runs":
      return <Runs route={rest} />;
    case "play":
      return <Play network={rest.join("/")} />;
    case "judge":
      return <Judge />;
    case "learn":
      return <Learn page={rest[0] ?? ""} />;
    case "code":
      return <Code path={rest.join("/")} />;
    default:
      return <Game />;
  }
}

export function App() {
  const route = useRoute();
  const health = useResource<Health>((signal) => api.get("/health", signal), "");
  const main = useRef<HTMLElement>(null),
    first = useRef(true);
  const view = kViews.find(([key]) => key === (route[0] ?? "game"));
  useEffect(() => {
    document.title = view ? `${view[1]} · Gannet` : "Gannet";
    if (!first.current) {
      main.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    first.current = false;
  }, [route.join("/")]);
  const now = health.data ?? kUnknownHealth,
    key = view?.[0] === "runs" ? route.join("/") : (route[0] ?? "game");
  return (
    <HealthContext.Provider value={now}>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        To the content
      </a>
      <header class="top">
        <div class="top-in">
          <a class="brand" href="#/game" aria-label="Gannet, start">
            <Mark />
            Gannet
          </a>
          <nav class="nav" aria-label="Views">
            {kViews.map(([key, name, Icon]) => (
              <a key={key} href={`#/${key}`} aria-current={view?.[0] === key ? "page" : undefined}>
                <Icon />
                {name}
              </a>
            ))}
          </nav>
          <div class="top-side">
            {now.classroom && <span class="chip">Classroom</span>}
            <ThemeSwitch />
          </div>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <Boundary key={key}>
          <View key={key} route={route} />
        </Boundary>
      </main>
      <footer class="foot">
        {health.data ? (
          <>
            <span>Gannet {now.version}</span>
            <span>{now.device}</span>
          </>
        ) : (
          <span>{health.error?.message}</span>
        )}
        <a href="/api/openapi.json">API</a>
        <a href="/LICENSES.txt">Licences</a>
        <span>Nothing here is fetched from another host.</span>
      </footer>
      <TokenPrompt />
    </HealthContext.Provider>
  );
}

function TokenPrompt() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [pending, setPending] = useState<{ wrong: boolean; give: (token: string) => void } | null>(null);
  useEffect(() => onTokenNeeded((wrong) => new Promise((give) => setPending({ wrong, give }))), []);
  useEffect(() => {
    if (pending && !dialog.current?.open) dialog.current?.showModal();
  }, [pending]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const token = String(new FormData(event.currentTarget as HTMLFormElement).get("token") ?? "");
    dialog.current?.close();
    pending?.give(token);
    setPending(null);
  };
  return (
    <dialog ref={dialog} aria-labelledby="token-title" onCancel={(event) => event.preventDefault()}>
      <form class="stack" onSubmit={submit}>
        <h2 id="token-title">This server asks for a token</h2>
        <p class="soft small">
          It is what <code>gannet serve --token</code> was given. It is kept until this tab is closed.
        </p>
        {pending?.wrong && (
          <div class="problem" role="alert">
            That is not this server's token.
          </div>
        )}
        <div class="field">
          <label for="token">Token</label>
          <input id="token" name="token" type="password" autocomplete="off" required autofocus />
        </div>
        <div class="row end">
          <button class="primary">Open</button>
        </div>
      </form>
    </dialog>
  );
}
