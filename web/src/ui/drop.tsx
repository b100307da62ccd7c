import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";

// Files dropped or chosen; a folder keeps its relative paths.
export function Drop({
  label,
  folders,
  multiple,
  accept,
  onFiles,
  children,
}: {
  label: string;
  folders?: boolean;
  multiple?: boolean;
  accept?: string;
  onFiles: (files: File[]) => void;
  children?: ComponentChildren;
}) {
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null),
    folder = useRef<HTMLInputElement>(null);
  const take = (list: FileList | null) => {
    if (list?.length) onFiles([...list]);
  };
  return (
    <div
      class={over ? "drop over" : "drop"}
      role="group"
      aria-label={label}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void dropped(event).then((found) => {
          if (found.length) onFiles(found);
        });
      }}
    >
      {children ?? <span>{label}</span>}
      <div class="row">
        <button type="button" onClick={() => files.current?.click()}>
          Choose {multiple ? "files" : "a file"}
        </button>
        {folders && (
          <button type="button" onClick={() => folder.current?.click()}>
            Choose a folder
          </button>
        )}
      </div>
      <input
        ref={files}
        type="file"
        hidden
        aria-label={label}
        multiple={multiple ?? false}
        accept={accept ?? ""}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
      {folders && (
        <input
          ref={folder}
          type="file"
          hidden
          aria-label={`${label}: a folder`}
          {...({ webkitdirectory: true } as object)}
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
      )}
    </div>
  );
}

async function dropped(event: DragEvent): Promise<File[]> {
  const entries = [...(event.dataTransfer?.items ?? [])]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  if (!entries.length) return [...(event.dataTransfer?.files ?? [])];
  return (await Promise.all(entries.map((entry) => walk(entry, "")))).flat();
}

async function walk(entry: FileSystemEntry, above: string): Promise<File[]> {
  const path = above ? `${above}/${entry.name}` : entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed));
    Object.defineProperty(file, "webkitRelativePath", { value: path });
    return [file];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader(),
    found: FileSystemEntry[] = [];
  for (;;) {
    // a reader gives a hundred at a time
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (!some.length) break;
    found.push(...some);
  }
  return (await Promise.all(found.map((inside) => walk(inside, path)))).flat();
}
