import { useState } from "preact/hooks";
import type { Attribute, Network } from "../api/types";
import { short } from "../ui/format";
import { Field, Range, Select } from "../ui/parts";
import type { Condition } from "./requests";

// Truncation, class, sentence and attributes: what of these the network has.
export function ConditionFields({
  network,
  condition,
  set,
}: {
  network: Network;
  condition: Condition;
  set: (condition: Condition) => void;
}) {
  const [more, setMore] = useState(false);
  const attributes = network.attributes ?? [],
    shown = more ? attributes : attributes.slice(0, 8);
  if (!network.truncation && !network.classes && !network.text && !attributes.length) return null;
  return (
    <div class="stack tight">
      <div class="grid-3">
        {network.text && (
          <Field label="Sentence">
            {(id) => (
              <input
                id={id}
                type="text"
                value={condition.text}
                placeholder="a red circle"
                onInput={(event) => set({ ...condition, text: event.currentTarget.value })}
              />
            )}
          </Field>
        )}
        {network.classes && (
          <Select
            label="Class"
            value={condition.classIndex}
            choices={network.classes.map((name, i) => [String(i), name] as const)}
            onChange={(classIndex) => set({ ...condition, classIndex })}
          />
        )}
        {network.truncation && (
          <Range
            label="Truncation"
            value={condition.trunc}
            min={0}
            max={1}
            step={0.05}
            show={(value) => (value < 1 ? short(value) : "off")}
            onChange={(trunc) => set({ ...condition, trunc })}
          />
        )}
        {shown.map((attribute) => (
          <AttributeField
            key={attribute.name}
            attribute={attribute}
            value={condition.attributes[attribute.name]}
            set={(value) => set({ ...condition, attributes: withValue(condition.attributes, attribute.name, value) })}
          />
        ))}
      </div>
      {attributes.length > 0 && (
        <div class="row">
          {attributes.length > shown.length && (
            <button type="button" class="plain" onClick={() => setMore(true)}>
              All {attributes.length} attributes
            </button>
          )}
          {Object.keys(condition.attributes).length > 0 && (
            <button type="button" class="plain" onClick={() => set({ ...condition, attributes: {} })}>
              Set none
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function AttributeField({
  attribute,
  value,
  set,
}: {
  attribute: Attribute;
  value: number | string | undefined;
  set: (value: number | string) => void;
}) {
  const { name, kind, words } = attribute,
    [low, high] = rangeOf(attribute);
  if (kind === "words")
    return (
      <Select
        label={name}
        value={String(value ?? "")}
        choices={[["", "not set"], ...words.map((word) => [word, word] as const)]}
        onChange={set}
      />
    );
  if (kind === "yes_no")
    return (
      <Select
        label={name}
        value={String(value ?? "")}
        choices={[
          ["", "not set"],
          ["0", "no"],
          ["1", "yes"],
        ]}
        onChange={(text) => set(text === "" ? "" : Number(text))}
      />
    );
  return (
    <Range
      label={name}
      value={Number(value ?? (low + high) / 2)}
      min={low}
      max={high}
      step={(high - low) / 100}
      show={(now) => (value === undefined ? "not set" : short(now))}
      onChange={set}
    />
  );
}

// Attributes that are nearly always within -1 and 1 are 0 or 1 in the data.
function rangeOf({ low, high }: Attribute): [number, number] {
  if (low === null || high === null || (low >= -1 && high <= 1)) return [0, 1];
  return [low, high];
}

function withValue(attributes: Condition["attributes"], name: string, value: number | string): Condition["attributes"] {
  const { [name]: _, ...others } = attributes;
  return value === "" ? others : { ...others, [name]: value };
}
