// The only place that speaks HTTP. Every failure is an ApiError in the server's own words.
const kTokenKey = "gannet-token";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly hint: string = "",
    readonly body: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

type Ask = (wrong: boolean) => Promise<string>;
let askForToken: Ask | null = null;
let asking: Promise<void> | null = null;

export function onTokenNeeded(ask: Ask): void {
  askForToken = ask;
}

// `#token=T` in the address is taken once and removed, so that it stays in no history.
export async function takeTokenFromAddress(): Promise<void> {
  const match = /^#token=([^&]+)$/.exec(location.hash);
  if (!match?.[1]) return;
  history.replaceState(null, "", `${location.pathname}#/`);
  await openSession(decodeURIComponent(match[1])).catch(() => undefined);
}

// The cookie is for pictures, downloads and event streams, which carry no header.
async function openSession(token: string): Promise<void> {
  const answer = await fetch("/api/v1/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token }),
  });
  if (!answer.ok) throw await failure(answer);
  sessionStorage.setItem(kTokenKey, token);
}

async function askUntilRight(): Promise<void> {
  for (let wrong = false; ; wrong = true) {
    const token = await (askForToken as Ask)(wrong);
    try {
      return await openSession(token);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
    }
  }
}

async function failure(answer: Response): Promise<ApiError> {
  const text = await answer.text();
  try {
    const body = JSON.parse(text) as { error?: string; hint?: string };
    if (body.error) return new ApiError(answer.status, body.error, body.hint ?? "", body);
  } catch {
    /* not JSON: a proxy's page */
  }
  return new ApiError(answer.status, `the server answered ${answer.status} ${answer.statusText}`.trim());
}

async function send(path: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  const token = sessionStorage.getItem(kTokenKey);
  if (token) headers.set("Authorization", `Bearer ${token}`);
  try {
    return await fetch(`/api/v1${path}`, { ...init, headers });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, `no answer from ${location.host}`, "is `gannet serve` still running?");
  }
}

async function request(path: string, init: RequestInit = {}): Promise<Response> {
  for (;;) {
    const answer = await send(path, init);
    if (answer.ok) return answer;
    if (answer.status !== 401 || !askForToken) throw await failure(answer);
    asking ??= askUntilRight().finally(() => {
      asking = null;
    });
    await asking;
  }
}

const json = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

async function parsed<T>(answer: Promise<Response>): Promise<T> {
  const text = await (await answer).text();
  return (text ? JSON.parse(text) : {}) as T;
}

export const api = {
  get: <T>(path: string, signal?: AbortSignal) => parsed<T>(request(path, signal ? { signal } : {})),
  text: async (path: string) => (await request(path)).text(),
  bytes: async (path: string) => (await request(path)).arrayBuffer(),
  post: <T>(path: string, body: unknown) => parsed<T>(request(path, json("POST", body))),
  blob: async (path: string, body: unknown) => (await request(path, json("POST", body))).blob(),
  remove: (path: string) => request(path, { method: "DELETE", keepalive: true }), // also while the page is left
  form: <T>(path: string, form: FormData) => parsed<T>(request(path, { method: "POST", body: form })),
  // The bytes, and what the server did to the input, in words.
  formBlob: async (path: string, form: FormData): Promise<[Blob, string]> => {
    const answer = await request(path, { method: "POST", body: form });
    return [await answer.blob(), decodeURIComponent(answer.headers.get("Gannet-Note") ?? "")];
  },
};

export const at = (...parts: (string | number)[]): string =>
  `/${parts.map((part) => encodeURIComponent(part)).join("/")}`;

// An event stream; the browser reconnects with Last-Event-ID by itself. Returns what ends it.
export function listen(path: string, handlers: Record<string, (data: unknown) => void>, lost?: () => void): () => void {
  const source = new EventSource(`/api/v1${path}`);
  for (const [name, handle] of Object.entries(handlers))
    source.addEventListener(name, (event) => handle(JSON.parse((event as MessageEvent<string>).data)));
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) lost?.();
  };
  return () => source.close();
}
