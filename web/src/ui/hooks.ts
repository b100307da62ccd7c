import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Resource<T> {
  data: T | null;
  error: Error | null;
  loading: boolean;
  reload: () => void;
}

// What `load` gives, again whenever `key` changes; an answer that comes after the next question is dropped.
export function useResource<T>(load: (signal: AbortSignal) => Promise<T>, key: unknown): Resource<T> {
  const [state, set] = useState<{ data: T | null; error: Error | null; loading: boolean }>({
    data: null,
    error: null,
    loading: true,
  });
  const [round, setRound] = useState(0);
  const latest = useRef(load),
    asked = useRef<unknown>(null);
  latest.current = load;
  useEffect(() => {
    const abort = new AbortController(),
      again = asked.current === key; // then the last answer stays in view until the next
    asked.current = key;
    set((old) => ({ ...old, loading: true }));
    latest.current(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) set({ data, error: null, loading: false });
      },
      (error: Error) => {
        if (!abort.signal.aborted) set((old) => ({ data: again ? old.data : null, error, loading: false }));
      },
    );
    return () => abort.abort();
  }, [key, round]);
  return { ...state, reload: useCallback(() => setRound((n) => n + 1), []) };
}

// A button's work: busy while it runs, its error in words.
export function useAction<A extends unknown[]>(
  work: (...args: A) => Promise<void>,
): { run: (...args: A) => Promise<void>; busy: boolean; error: Error | null; clear: () => void } {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const run = async (...args: A) => {
    setBusy(true);
    setError(null);
    try {
      await work(...args);
    } catch (failed) {
      setError(failed as Error);
    } finally {
      setBusy(false);
    }
  };
  return { run, busy, error, clear: () => setError(null) };
}

export function useInterval(work: () => void, seconds: number, on: boolean): void {
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => {
    if (!on) return undefined;
    const id = setInterval(() => {
      if (!document.hidden) latest.current();
    }, seconds * 1000);
    return () => clearInterval(id);
  }, [seconds, on]);
}

// An object URL for bytes of the page, given back when they change.
export function useObjectUrl(blob: Blob | null): string | null {
  const [url, set] = useState<string | null>(null);
  useEffect(() => {
    if (!blob) {
      set(null);
      return undefined;
    }
    const made = URL.createObjectURL(blob);
    set(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}

// All places that a pointer has passed since the last event; made-up events know only their own.
export function passed(event: PointerEvent): PointerEvent[] {
  const events = event.getCoalescedEvents?.() ?? [];
  return events.length ? events : [event];
}
