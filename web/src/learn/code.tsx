import { Empty } from "../ui/parts";
import text from "./code.md";

// FILE -> the quoted lines.
const kExcerpts = new Map(
  [...text.matchAll(/<!-- from (\S+) -->\n```cpp\n([\s\S]*?)```/g)].map((match) => [
    match[1] as string,
    (match[2] as string).trimEnd(),
  ]),
);

export const codeLink = (path: string): string => `#/code/${path}`;

// The lines of Gannet's own code that do what a lesson speaks of.
export function Code({ path }: { path: string }) {
  const lines = kExcerpts.get(path);
  return (
    <>
      <nav class="crumbs small" aria-label="Path">
        <a href="#/learn">Learn</a> / Code
      </nav>
      <div class="view-head">
        <h1 class="path">{path}</h1>
        <p class="lead">From the source of this program; the file stands in its repository.</p>
      </div>
      {lines ? (
        <pre class="card code" tabIndex={0}>
          <code>{highlighted(lines)}</code>
        </pre>
      ) : (
        <Empty>
          No lesson quotes this file. <a href="#/learn">All lessons</a>
        </Empty>
      )}
      <p>
        <button type="button" onClick={() => history.back()}>
          Back
        </button>
      </p>
    </>
  );
}

// Comments and strings in other colours; all that short excerpts need.
function highlighted(code: string) {
  return code.split(/(\/\/[^\n]*|"(?:[^"\\\n]|\\.)*")/).map((part, i) =>
    i % 2 === 0 ? (
      part
    ) : (
      <span key={i} class={part.startsWith("//") ? "comment" : "string"}>
        {part}
      </span>
    ),
  );
}
