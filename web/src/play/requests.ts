import type { Generated, GenerateRequest, Network } from "../api/types";
import { api } from "../api/client";

// What all of Play's tools ask of a network besides seeds.
export interface Condition {
  classIndex: string;
  text: string;
  attributes: Record<string, number | string>;
  trunc: number;
}
export const kNoCondition: Condition = { classIndex: "0", text: "", attributes: {}, trunc: 1 };

export type Common = Omit<GenerateRequest, "seeds" | "format">;
export function conditionOf(network: Network, condition: Condition): Common {
  return {
    network: network.id,
    ...(network.classes ? { class: Number(condition.classIndex) } : {}),
    ...(network.text ? { text: condition.text } : {}),
    ...(network.attributes?.length && Object.keys(condition.attributes).length
      ? { attributes: condition.attributes }
      : {}),
    ...(network.truncation && condition.trunc < 1 ? { trunc: condition.trunc } : {}),
  };
}

export const generate = (body: GenerateRequest): Promise<Generated> => api.post<Generated>("/generate", body);

// "0,4-6" as the command line takes it; null where it is not that.
export function seedsOf(text: string, most = 256): number[] | null {
  const seeds: number[] = [];
  for (const part of text.split(",")) {
    const match = /^\s*(\d{1,15})\s*(?:-\s*(\d{1,15})\s*)?$/.exec(part);
    if (!match) return null;
    const from = Number(match[1]),
      to = Number(match[2] ?? match[1]);
    if (to < from || to - from >= most) return null;
    for (let seed = from; seed <= to; seed++) seeds.push(seed);
  }
  return seeds.length <= most ? seeds : null;
}
