import { kLessons } from "./lessons";
import { codeLink } from "./code";
import { Figure } from "./figures";

export function Learn({ page }: { page: string }) {
  const at = Number(page) - 1,
    lesson = kLessons[at];
  return lesson ? <LessonPage key={at} at={at} /> : <Index />;
}

function Index() {
  return (
    <>
      <div class="view-head">
        <h1>Learn</h1>
        <p class="lead">
          Ten short pages. Beside each is the live thing that it speaks of, and a link to the code that does it.
        </p>
      </div>
      <ol class="lessons">
        {kLessons.map((lesson, i) => (
          <li key={i}>
            <a class="card" href={`#/learn/${i + 1}`}>
              <Figure lesson={i} />
              <span class="title">
                <span class="soft number">{i + 1}</span> {lesson.title}
              </span>
              <span class="soft small">{lesson.summary}</span>
            </a>
          </li>
        ))}
      </ol>
    </>
  );
}

function LessonPage({ at }: { at: number }) {
  const lesson = kLessons[at],
    before = kLessons[at - 1],
    after = kLessons[at + 1];
  if (!lesson) return null;
  return (
    <>
      <nav class="crumbs small" aria-label="Path">
        <a href="#/learn">Learn</a> / {at + 1} of {kLessons.length}
      </nav>
      <article class="columns lesson">
        <div class="prose">
          <h1>{lesson.title}</h1>
          <Figure lesson={at} />
          {lesson.text}
          <p class="code-links">
            The code:{" "}
            {lesson.code.map((path, i) => (
              <span key={path}>
                {i > 0 && ", "}
                <a href={codeLink(path)}>{path}</a>
              </span>
            ))}
          </p>
        </div>
        <section class="live" aria-label="Try it">
          <h2>Try it</h2>
          {lesson.live}
        </section>
      </article>
      <nav class="row spread turn" aria-label="Pages">
        {before ? <a href={`#/learn/${at}`}>← {before.title}</a> : <span />}
        {after && <a href={`#/learn/${at + 2}`}>{after.title} →</a>}
      </nav>
    </>
  );
}
