import { useEffect, useState } from "preact/hooks";

const kKey = "gannet-theme";
type Theme = "auto" | "light" | "dark";
const listeners = new Set<() => void>();
const system = matchMedia("(prefers-color-scheme: dark)");

export function applyTheme(theme: Theme): void {
  if (theme === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  for (const heard of listeners) heard();
}

export const savedTheme = (): Theme => {
  const saved = localStorage.getItem(kKey);
  return saved === "light" || saved === "dark" ? saved : "auto";
};

system.addEventListener("change", () => {
  for (const heard of listeners) heard();
});

// A number that grows with each change of colours: what is drawn on a canvas is then drawn again.
export function useColours(): number {
  const [round, set] = useState(0);
  useEffect(() => {
    const heard = () => set((n) => n + 1);
    listeners.add(heard);
    return () => {
      listeners.delete(heard);
    };
  }, []);
  return round;
}

export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export function ThemeSwitch() {
  const [theme, set] = useState<Theme>(savedTheme());
  const dark = theme === "dark" || (theme === "auto" && system.matches);
  const flip = () => {
    const other = dark ? "light" : "dark",
      next: Theme = system.matches === (other === "dark") ? "auto" : other;
    localStorage.setItem(kKey, next);
    applyTheme(next);
    set(next);
  };
  return (
    <button
      type="button"
      class="plain"
      onClick={flip}
      aria-label={dark ? "Light colours" : "Dark colours"}
      title={dark ? "Light colours" : "Dark colours"}
    >
      <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
        <circle cx="12" cy="12" r="8.500" />
        <path d="M12 3.500a8.500 8.500 0 0 0 0 17z" fill="currentColor" />
      </svg>
    </button>
  );
}
