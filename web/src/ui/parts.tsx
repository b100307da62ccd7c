import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { ApiError } from "../api/client";

// `gannet ...` and options between backquotes are shown as code.
export function Words({ text }: { text: string }) {
  return <>{text.split(/`([^`]+)`/).map((part, i) => (i % 2 ? <code key={i}>{part}</code> : part))}</>;
}

export function Problem({ error }: { error: Error | null }) {
  if (!error) return null;
  const hint = error instanceof ApiError ? error.hint : "";
  return (
    <div class="problem" role="alert">
      <span>
        <Words text={error.message} />
      </span>
      {hint && (
        <span class="hint">
          <Words text={hint} />
        </span>
      )}
    </div>
  );
}

export function Empty({ children, command }: { children: ComponentChildren; command?: string }) {
  return (
    <div class="empty">
      <Mark />
      <p>{children}</p>
      {command && <code>{command}</code>}
    </div>
  );
}

export const Loading = ({ what }: { what: string }) => (
  <p class="soft" role="status">
    Loading {what} …
  </p>
);

export function State({ state }: { state: string }) {
  return <span class={`state ${state}`}>{state}</span>;
}

export function Field({
  label,
  help,
  output,
  children,
}: {
  label: string;
  help?: string;
  output?: string;
  children: (id: string, described: string | undefined) => ComponentChildren;
}) {
  const id = useId();
  const described = help ? `${id}-help` : undefined;
  return (
    <div class="field">
      <div class="spread">
        <label for={id}>{label}</label>
        {output !== undefined && <output for={id}>{output}</output>}
      </div>
      {children(id, described)}
      {help && (
        <div class="help" id={described}>
          {help}
        </div>
      )}
    </div>
  );
}

export function Select({
  label,
  value,
  choices,
  onChange,
  help,
  disabled,
}: {
  label: string;
  value: string;
  choices: readonly (string | readonly [string, string])[];
  onChange: (value: string) => void;
  help?: string;
  disabled?: boolean;
}) {
  return (
    <Field label={label} {...(help ? { help } : {})}>
      {(id, described) => (
        <select
          id={id}
          value={value}
          aria-describedby={described}
          disabled={disabled ?? false}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {choices.map((choice) => {
            const [key, text] = typeof choice === "string" ? [choice, choice] : choice;
            return (
              <option key={key} value={key} selected={key === value}>
                {text}
              </option>
            );
          })}
        </select>
      )}
    </Field>
  );
}

export function Range({
  label,
  value,
  min,
  max,
  step,
  onChange,
  show,
  help,
}: {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  onChange: (value: number) => void;
  show?: (value: number) => string;
  help?: string;
}) {
  const text = show ? show(value) : String(value);
  return (
    <Field label={label} output={text} {...(help ? { help } : {})}>
      {(id, described) => (
        <input
          id={id}
          type="range"
          min={min}
          max={max}
          step={step}
          value={value}
          aria-valuetext={text}
          aria-describedby={described}
          onInput={(event) => onChange(Number(event.currentTarget.value))}
        />
      )}
    </Field>
  );
}

export function Tabs({
  label,
  tabs,
  value,
  onChange,
}: {
  label: string;
  tabs: readonly (readonly [string, string])[];
  value: string;
  onChange: (key: string) => void;
}) {
  const move = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    const next = (tabs.findIndex(([key]) => key === value) + step + tabs.length) % tabs.length;
    onChange(tabs[next]?.[0] ?? value);
    ((event.currentTarget as HTMLElement).children[next] as HTMLElement).focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
      {tabs.map(([key, text]) => (
        <button
          key={key}
          type="button"
          role="tab"
          aria-selected={key === value}
          tabIndex={key === value ? 0 : -1}
          onClick={() => onChange(key)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

// A gannet's head, the mark of the program: buff, a pale blue ring around the eye, black lines along the bill.
export function Mark() {
  return (
    <svg viewBox="0 0 64 64" width="56" height="56" aria-hidden="true">
      <path d="M9 62C6 46 8 33 12 24h28c3 8-1 14-3 20-2 6-1 12 1 18z" class="mark-body" />
      <path d="M10.500 36C8 18 15 6 28 6c11 0 17 7 17 15 0 6-5 10-10 11-9 2-16 1-24.500 4z" class="mark-head" />
      <path d="M44.500 17.500 63 29 42 29.500c2-4 3-7.500 2.500-12z" class="mark-bill" />
      <path d="M40 22.500 61 28.600" class="mark-line" />
      <circle cx="33.500" cy="18.500" r="5.200" class="mark-ring" />
      <circle cx="34" cy="18.500" r="2.300" class="mark-eye" />
    </svg>
  );
}
