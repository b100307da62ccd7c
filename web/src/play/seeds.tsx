import { Field } from "../ui/parts";
import { seedsOf } from "./requests";

// "0-15" or "3,7,20-22": `most` of them.
export function SeedsField({
  label,
  value,
  set,
  most,
  example,
}: {
  label: string;
  value: string;
  set: (value: string) => void;
  most: number;
  example: string;
}) {
  const good = seedsOf(value, most) !== null;
  return (
    <Field label={label} {...(good ? {} : { help: `such as ${example}; ${most} at most` })}>
      {(id, described) => (
        <input
          id={id}
          type="text"
          inputMode="numeric"
          value={value}
          aria-invalid={!good}
          aria-describedby={described}
          onInput={(event) => set(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
