import { useState } from "preact/hooks";
import type { Network } from "../api/types";
import { short } from "../ui/format";
import { Field, Range, Select } from "../ui/parts";
import type { Condition } from "./requests";

// Truncation, class, sentence and attributes: what of these the network has.
export function ConditionFields({ network, condition, set }: { network: Network; condition: Condition; set: (condition: Condition) => void }) {
  const [more, setMore] = useState(false);
  const attributes = network.attributes ?? [], shown = more ? attributes : attributes.slice(0, 8);
  if (!network.truncation && !network.classes && !network.text && !attributes.length) return null;
  return (
    <div class="stack tight">
      <div class="grid-3">
        {network.text && (
          <Field label="Sentence">
            {(id) => <input id={id} type="text" value={condition.text} placeholder="a red circle" onInput={(event) => set({ ...condition, text: event.currentTarget.value })} />}
          </Field>)}
        {network.classes && (
          <Select label="Class" value={condition.classIndex} choices={network.classes.map((name, i) => [String(i), name] as const)}
            onChange={(classIndex) => set({ ...condition, classIndex })} />)}
        {network.truncation && (
          <Range label="Truncation" value={condition.trunc} min={0} max={1} step={0.05} show={(value) => (value < 1 ? short(value) : "off")}
            onChange={(trunc) => set({ ...condition, trunc })} />)}
        {shown.map((name) => (
          <Range key={name} label={name} value={condition.attributes[name] ?? 0} min={0} max={1} step={0.05} show={(value) => short(value)}
            onChange={(value) => set({ ...condition, attributes: { ...condition.attributes, [name]: value } })} />))}
      </div>
      {attributes.length > shown.length && <button type="button" class="plain" onClick={() => setMore(true)}>All {attributes.length} attributes</button>}
    </div>
  );
}
