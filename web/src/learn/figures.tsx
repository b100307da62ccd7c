// A small drawing for each lesson, in the page's two colours: discs are real, diamonds generated.
const disc = (x: number, y: number, r = 4) => <circle key={`${x} ${y}`} cx={x} cy={y} r={r} class="f-real" />;
const diamond = (x: number, y: number, r = 5) => (
  <path key={`${x} ${y}`} d={`M${x} ${y - r}l${r} ${r}-${r} ${r}-${r}-${r}z`} class="f-fake" />
);
const box = (x: number, y: number, name: string, on = false) => (
  <g key={name + x}>
    <rect x={x} y={y} width="44" height="36" rx="8" class={on ? "f-box on" : "f-box"} />
    <text x={x + 22} y={y + 25} class={on ? "f-name on" : "f-name"}>
      {name}
    </text>
  </g>
);
const ring = (n: number) =>
  Array.from(
    { length: n },
    (_, k) => [120 + 44 * Math.cos((2 * Math.PI * k) / n), 64 + 44 * Math.sin((2 * Math.PI * k) / n)] as const,
  );
const pixels = (x: number, y: number, n: number, side: number, on: (u: number, v: number) => number) =>
  Array.from({ length: n * n }, (_, k) => (
    <rect
      key={k}
      x={x + (k % n) * side}
      y={y + Math.floor(k / n) * side}
      width={side + 0.3}
      height={side + 0.3}
      class="f-fill"
      opacity={on(((k % n) + 0.5) / n, (Math.floor(k / n) + 0.5) / n)}
    />
  ));
const round = (u: number, v: number) => (Math.hypot(u - 0.5, v - 0.5) < 0.38 ? 0.9 : 0.08);
const soft = (u: number, v: number) => 0.08 + 0.8 * Math.exp(-14 * ((u - 0.5) ** 2 + (v - 0.5) ** 2));

const kFigures = [
  <>
    <path d="M62 16C92 50 40 84 76 116" class="f-line dash" />
    {[
      [22, 40],
      [36, 62],
      [26, 86],
      [44, 100],
      [46, 34],
    ].map(([x, y]) => disc(x as number, y as number))}
    {[
      [84, 40],
      [98, 66],
      [92, 92],
      [106, 44],
    ].map(([x, y]) => diamond(x as number, y as number))}
    {[
      [172, 50],
      [190, 40],
      [204, 60],
      [186, 74],
      [168, 82],
      [210, 84],
      [192, 98],
    ].map(([x, y]) => disc(x as number, y as number))}
    {[
      [181, 60],
      [198, 76],
      [176, 94],
      [214, 66],
    ].map(([x, y]) => diamond(x as number, y as number))}
    <ellipse cx="192" cy="70" rx="38" ry="44" class="f-line dash" />
  </>,
  <>
    {box(46, 46, "G", true)}
    {box(150, 46, "D")}
    <path d="M94 56h50" class="f-line tip" />
    <path d="M146 74H96" class="f-line tip dash" />
    {diamond(114, 42)}
    {diamond(126, 38)}
    <text x="120" y="94" class="f-small">
      gradient
    </text>
  </>,
  <>
    {["D", "G", "D", "G"].map((name, i) => box(12 + 57 * i, 40, name, i === 0))}
    <path d="M12 98H228" class="f-line tip" />
    <text x="120" y="116" class="f-small">
      time
    </text>
  </>,
  <>
    <path d="M30 16V104H226" class="f-line" />
    <path d="M34 20C40 70 90 94 222 102" class="f-curve fake" />
    <path d="M34 42C120 44 190 56 214 104" class="f-curve real" />
    <text x="128" y="122" class="f-small">
      D(G(z))
    </text>
  </>,
  <>
    {ring(8).map(([x, y]) => disc(x, y, 5))}
    {[
      [0, 0],
      [6, -7],
      [-6, 6],
      [8, 5],
      [-8, -6],
      [1, 9],
    ].map(([x, y]) => diamond(164 + (x as number), 64 + (y as number), 4))}
  </>,
  <>
    <text x="24" y="42" class="f-word">
      bag
    </text>
    <text x="24" y="94" class="f-word">
      shoe
    </text>
    {box(92, 46, "G", true)}
    <path d="M64 38 88 56M64 90 88 72" class="f-line" />
    <path d="M140 56l26-16" class="f-line tip" />
    <path d="M140 72l26 16" class="f-line tip" />
    <path d="M176 24h36v32h-36zM184 24c0-14 20-14 20 0" class="f-shape" />
    <path d="M174 78h14c4 12 14 14 28 16v12h-42z" class="f-shape" />
  </>,
  <>
    {pixels(26, 28, 5, 15, round)}
    <path d="M112 66h26" class="f-line tip" />
    {pixels(148, 28, 25, 3, round)}
  </>,
  <>
    <text x="16" y="50" class="f-word">
      “a round,
    </text>
    <text x="16" y="74" class="f-word">
      buff shape”
    </text>
    <path d="M112 62h30" class="f-line tip" />
    <circle cx="186" cy="62" r="32" class="f-fake" />
  </>,
  <>
    {pixels(30, 28, 24, 3, soft)}
    <text x="66" y="120" class="f-small">
      VAE
    </text>
    {pixels(138, 28, 24, 3, round)}
    <text x="174" y="120" class="f-small">
      GAN
    </text>
  </>,
  <>
    <path d="M14 104C50 104 54 30 88 30s38 74 74 74" class="f-curve real" />
    <path d="M62 104c36 0 46-66 78-66s40 66 84 66" class="f-curve fake" />
    <path d="M10 104.500H230" class="f-line" />
    <text x="190" y="30" class="f-word">
      p = ?
    </text>
  </>,
];

export function Figure({ lesson }: { lesson: number }) {
  return (
    <svg class="figure" viewBox="0 0 240 128" aria-hidden="true">
      <defs>
        <marker id="f-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">
          <path d="M0 0 8 4 0 8z" class="f-tip" />
        </marker>
      </defs>
      {kFigures[lesson]}
    </svg>
  );
}
