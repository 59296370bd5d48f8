import { describe, expect, it } from "vitest";

import type { CodeTables, QuestionSet } from "../protocol";
import { adviceFor, answered, beatOf, follow, nextQuestion, questionsFor, type Answers } from "./questions";

const label = (text: string) => ({ vi: text, en: text });

const SET: QuestionSet = {
  code: "arrest", version: 1, label: label("arrest"), agency_id: "115", types: ["cardiac_arrest", "unconscious"],
  questions: [
    {
      code: "awake", label: label("awake?"), detail: null,
      choices: [
        { code: "no", key: "1", label: label("no"), says: null },
        { code: "yes", key: "2", label: label("yes"), says: "watch" },
      ],
    },
    {
      code: "breathing", label: label("breathing?"), detail: label("how"),
      choices: [
        { code: "no", key: "1", label: label("no"), says: "press" },
        { code: "yes", key: "2", label: label("yes"), says: "watch" },
      ],
    },
  ],
  determinants: [
    { code: "arrest", label: label("arrest"), when: { awake: ["no"], breathing: ["no"] }, priority: 1, type_code: "cardiac_arrest" },
    { code: "awake", label: label("awake"), when: { awake: ["yes"] }, priority: 2, type_code: null },
  ],
  needs: [],
  advice: [
    { code: "press", text: label("press"), approved_by: "", beat: 110 },
    { code: "watch", text: label("watch"), approved_by: "", beat: null },
  ],
};

const given = (answers: Record<string, string>): Answers =>
  Object.fromEntries(Object.entries(answers).map(([question, choice]) => [question, { choice, text: "" }]));

describe("key questions", () => {
  it("belong to the types they name", () => {
    const codes = { question_sets: { arrest: SET } } as unknown as CodeTables;
    expect(questionsFor(codes, "unconscious")?.code).toBe("arrest");
    expect(questionsFor(codes, "house_fire")).toBeNull();
    expect(questionsFor(codes, null)).toBeNull();
  });

  it("come to the first determinant that fits, and to none without answers", () => {
    expect(follow(SET, given({ awake: "no", breathing: "no" }))).toMatchObject({ determinant: "arrest", priority: 1, typeCode: "cardiac_arrest" });
    expect(follow(SET, given({ awake: "yes" })).determinant).toBe("awake");
    expect(follow(SET, {}).determinant).toBe("");
  });

  it("go on to the next open one, and back to one that was left out", () => {
    expect(nextQuestion(SET, {})).toBe(0);
    expect(nextQuestion(SET, given({ awake: "no" }), 0)).toBe(1);
    expect(nextQuestion(SET, given({ breathing: "no" }), 1)).toBe(0);
    expect(nextQuestion(SET, given({ awake: "no", breathing: "no" }), 1)).toBe(1);
    expect(answered(SET, given({ breathing: "no" }))).toBe(1);
  });

  it("say what belongs to the answer given last", () => {
    const answers = given({ awake: "yes", breathing: "no" });
    expect(adviceFor(SET, answers, "awake")?.code).toBe("watch");
    expect(adviceFor(SET, answers, "breathing")?.code).toBe("press");
    expect(adviceFor(SET, {}, null)).toBeNull();
  });

  it("beat only for an arrest", () => {
    expect(beatOf(SET, given({ awake: "no", breathing: "no" }))).toBe(110);
    expect(beatOf(SET, given({ awake: "yes", breathing: "no" }))).toBeNull();
  });
});
