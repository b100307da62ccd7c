import type { Quiz, QuizResult } from "../api/types";
import { pValue } from "../ui/format";

export function QuizScore({
  quiz,
  answers,
  result,
  again,
}: {
  quiz: Quiz;
  answers: boolean[];
  result: QuizResult;
  again: () => void;
}) {
  const n = result.truth.length,
    { discriminator: d } = result;
  return (
    <div class="stack">
      <section class="card stack" aria-label="Score" aria-live="polite">
        <div class="score">
          <div>
            <p class="soft">You</p>
            <p class="big number">
              {result.correct} of {n}
            </p>
            <p class="number">{pValue(result.p_value)}</p>
          </div>
          {d && (
            <div>
              <p class="soft">The discriminator</p>
              <p class="big number">
                {d.correct} of {d.of}
              </p>
              <p class="number soft">the same pictures</p>
            </div>
          )}
        </div>
        <p>{verdict(result, n)}</p>
        <Guessing n={n} you={result.correct} d={d && d.of === n ? d.correct : null} />
        <p class="soft small">
          Exact binomial test, two-sided, against guessing with probability 1/2: p is the chance that someone who
          guesses is as far from {n / 2} as you or farther.
        </p>
        <div class="row">
          <button type="button" class="primary" onClick={again}>
            Another quiz
          </button>
        </div>
      </section>
      <section class="card stack" aria-label="Answers">
        <h2>The pictures</h2>
        <ol class="gallery truth">
          {quiz.items.map((item, i) => {
            const real = result.truth[i] === true,
              right = answers[i] === real;
            return (
              <li key={item.url} class={real ? "is-real" : "is-fake"}>
                <img class="pixel" src={item.url} alt={`Picture ${i + 1}`} />
                <span class="small">
                  {real ? "real" : "generated"}{" "}
                  <b class={right ? "right" : "wrong"}>
                    {right ? "✓" : "✗"}
                    <span class="visually-hidden">{right ? " you were right" : " you were wrong"}</span>
                  </b>
                </span>
              </li>
            );
          })}
        </ol>
      </section>
    </div>
  );
}

function verdict({ correct, p_value: p }: QuizResult, n: number): string {
  if (p >= 0.05) return "That is no more than guessing would give: on these pictures the generator passes your test.";
  return correct > n / 2
    ? "You can tell them apart: the generator fails your test."
    : "You tell them apart, but the wrong way round: the generated ones look more real to you.";
}

// How often a guesser has k right of n, with the scores marked.
function Guessing({ n, you, d }: { n: number; you: number; d: number | null }) {
  const logs = [0];
  for (let k = 1; k <= n; k++) logs.push((logs[k - 1] as number) + Math.log((n - k + 1) / k));
  const shares = logs.map((log) => Math.exp(log - n * Math.LN2)),
    most = Math.max(...shares),
    wide = innerWidth < 700 ? 340 : 600,
    w = wide / (n + 1);
  const mark = (k: number, name: string, y: number) => (
    <g class={name === "You" ? "you" : "d"}>
      <path d={`M${(k + 0.5) * w} ${y + 4}V104`} />
      <text x={Math.min(wide - 40, Math.max(40, (k + 0.5) * w))} y={y}>
        {name}, {k}
      </text>
    </g>
  );
  return (
    <svg
      class="guessing"
      viewBox={`0 0 ${wide} 126`}
      role="img"
      aria-label={`Shares of guessers by the number right of ${n}; you have ${you}${d === null ? "" : `, the discriminator ${d}`}`}
    >
      {shares.map((share, k) => (
        <rect
          key={k}
          x={k * w + 1}
          width={Math.max(1, w - 2)}
          y={104 - (share / most) * 70}
          height={(share / most) * 70}
          class={Math.abs(k - n / 2) >= Math.abs(you - n / 2) ? "tail" : ""}
        />
      ))}
      <path class="axis" d={`M0 104.500H${wide}`} />
      {[0, n / 4, n / 2, (3 * n) / 4, n]
        .filter((k) => Number.isInteger(k))
        .map((k) => (
          <text key={k} x={Math.min(wide - 10, Math.max(10, (k + 0.5) * w))} y="121" class="tick">
            {k}
          </text>
        ))}
      {mark(you, "You", 12)}
      {d !== null && mark(d, "D", 28)}
    </svg>
  );
}
