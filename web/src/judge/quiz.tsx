import { useEffect, useRef, useState } from "preact/hooks";
import { api, at } from "../api/client";
import type { Network, Quiz, QuizResult } from "../api/types";
import { networkLabel, sorted, useNetworks } from "../play/play";
import { useAction } from "../ui/hooks";
import { Empty, Loading, Problem, Select } from "../ui/parts";
import { QuizScore } from "./score";

const kLengths = ["10", "20", "40"];

export const judged = (networks: Network[] | null): Network[] =>
  sorted((networks ?? []).filter((one) => one.shape.length === 3 && !one.input && !one.text));

// A person's own two-sample test: pictures one by one, half of them real.
export function QuizTool({ network, length }: { network?: string; length?: number }) {
  const networks = useNetworks(),
    all = judged(networks.data);
  const [chosen, setChosen] = useState(network ?? ""),
    [n, setN] = useState(String(length ?? 20));
  const [quiz, setQuiz] = useState<Quiz | null>(null),
    [answers, setAnswers] = useState<boolean[]>([]),
    [result, setResult] = useState<QuizResult | null>(null);
  const id = all.find((one) => one.id === chosen)?.id ?? all[0]?.id ?? "";
  const begin = useAction(async () => {
    const seed = Math.floor(Math.random() * 1e9);
    setQuiz(await api.get<Quiz>(`/quiz?network=${encodeURIComponent(id)}&n=${n}&seed=${seed}`));
    setAnswers([]);
    setResult(null);
  });
  const finish = useAction(async (all: boolean[]) =>
    setResult(await api.post<QuizResult>(at("quiz", quiz?.id ?? ""), { answers: all })),
  );
  const answer = (real: boolean) => {
    if (!quiz || answers.length >= quiz.items.length) return;
    const now = [...answers, real];
    setAnswers(now);
    if (now.length === quiz.items.length) void finish.run(now);
  };
  if (!networks.data) return networks.error ? <Problem error={networks.error} /> : <Loading what="networks" />;
  if (!all.length)
    return (
      <Empty command="gannet train --cfg dcgan --data fashion-mnist --kimg 40">
        No network of pictures to judge yet. Train one:
      </Empty>
    );
  if (quiz && result)
    return (
      <QuizScore
        quiz={quiz}
        answers={answers}
        result={result}
        again={() => {
          setQuiz(null);
          setResult(null);
        }}
      />
    );
  if (quiz)
    return (
      <>
        <Question quiz={quiz} at={answers.length} answer={answer} back={() => setAnswers(answers.slice(0, -1))} />
        <Problem error={finish.error} />
      </>
    );
  return (
    <section class="card stack quiz-start" aria-label="Quiz">
      <p>
        Half of the pictures are real, half come from the generator, in an order drawn by chance. Your answers are
        tested against guessing, and the discriminator answers the same pictures.
      </p>
      <div class="grid-3">
        {!network && (
          <Select
            label="Network"
            value={id}
            choices={all.map((one) => [one.id, networkLabel(one)] as const)}
            onChange={setChosen}
          />
        )}
        <Select
          label="Pictures"
          value={n}
          choices={length ? [...new Set([String(length), ...kLengths])] : kLengths}
          onChange={setN}
        />
      </div>
      <Problem error={begin.error} />
      <div class="row">
        <button type="button" class="primary" disabled={begin.busy} onClick={() => begin.run()}>
          {begin.busy ? "Drawing pictures …" : "Start the quiz"}
        </button>
      </div>
    </section>
  );
}

function Question({
  quiz,
  at,
  answer,
  back,
}: {
  quiz: Quiz;
  at: number;
  answer: (real: boolean) => void;
  back: () => void;
}) {
  const item = quiz.items[at],
    next = quiz.items[at + 1],
    box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  useEffect(() => {
    if (next) new Image().src = next.url;
  }, [next?.url]);
  const key = (event: KeyboardEvent) => {
    const name = event.key.toLowerCase();
    if (name === "r" || name === "arrowleft") answer(true);
    else if (name === "g" || name === "arrowright") answer(false);
    else if (name === "backspace" && at) back();
    else return;
    event.preventDefault();
  };
  if (!item) return <Loading what="your score" />;
  return (
    <div class="card stack question" ref={box} tabIndex={-1} onKeyDown={key}>
      <div class="spread">
        <h2>Real or generated?</h2>
        <span class="soft number" aria-live="polite">
          {at + 1} of {quiz.items.length}
        </span>
      </div>
      <div class="bar" aria-hidden="true">
        <i style={{ width: `${(100 * at) / quiz.items.length}%` }} />
      </div>
      <img class="pixel" src={item.url} alt={`Picture ${at + 1}`} />
      <div class="row answers">
        <button type="button" class="answer real" onClick={() => answer(true)}>
          Real <kbd>R</kbd>
        </button>
        <button type="button" class="answer fake" onClick={() => answer(false)}>
          Generated <kbd>G</kbd>
        </button>
      </div>
      <div class="row">
        <button type="button" class="plain" disabled={!at} onClick={back}>
          Back
        </button>
      </div>
    </div>
  );
}
