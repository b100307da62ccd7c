import { useState } from "preact/hooks";
import { Tabs } from "../ui/parts";
import { Detector } from "./detector";
import { QuizTool } from "./quiz";
import { TwoSample } from "./two_sample";

const kTabs = [
  ["quiz", "Real or fake?"],
  ["detector", "Detector"],
  ["tests", "Tests"],
] as const;

export function Judge() {
  const [tab, setTab] = useState<string>("quiz");
  return (
    <>
      <div class="view-head">
        <h1>Judge</h1>
        <p class="lead">Can real and generated be told apart: by you, by a discriminator, by a test?</p>
      </div>
      <div class="stack">
        <Tabs label="Judges" tabs={kTabs} value={tab} onChange={setTab} />
        {tab === "quiz" && <QuizTool />}
        {tab === "detector" && <Detector />}
        {tab === "tests" && <TwoSample />}
      </div>
    </>
  );
}
