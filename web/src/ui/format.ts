// Numbers as the page shows them.
export const short = (value: number | null | undefined, digits = 3): string => {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(1).replace("e+", "e");
  if (Number.isInteger(value)) return value.toLocaleString("en");
  return String(Number(value.toPrecision(size >= 100 ? 4 : digits)));
};

export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

export function bytes(count: number): string {
  if (count < 1e6) return `${Math.max(1, Math.round(count / 1e3))} kB`;
  return `${short(count / 1e6)} MB`;
}

export const pValue = (p: number): string => (p < 0.001 ? "p < 0.001" : `p = ${p.toPrecision(2)}`);

export const shapeText = (shape: readonly number[]): string => {
  const [channels, height, width] = shape;
  if (shape.length === 1) return `${channels} values`;
  if (shape.length === 2) return `${height} samples`;
  if (shape.length === 4) return `${shape[1]} frames of ${shape[2]} x ${shape[3]} pixels`;
  return `${height} x ${width} pixels, ${channels === 1 ? "grey" : "colour"}`;
};

export function protocolText(protocol: unknown): string {
  if (!protocol || typeof protocol !== "object") return "";
  return Object.entries(protocol)
    .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(", ");
}

export const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

export const floatsOf = (base64: string): Float32Array => new Float32Array(bytesOf(base64).buffer);

export const blobOf = (base64: string, type: string): Blob =>
  new Blob([bytesOf(base64) as Uint8Array<ArrayBuffer>], { type });

export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
