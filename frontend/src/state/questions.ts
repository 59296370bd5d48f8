/** What answers to key questions come to: the same reading as the centre's own, shown before it is asked. Pure. */
import type { Answer, CodeTables, Label, QuestionSet, When } from "../protocol";

export interface Given {
  choice: string;
  text: string;
}

/** Question → answer. */
export type Answers = Readonly<Record<string, Given>>;

export interface Followed {
  determinant: string;
  label: Label | null;
  priority: number | null;
  typeCode: string | null;
}

export const NOTHING_FOLLOWS: Followed = { determinant: "", label: null, priority: null, typeCode: null };

export function questionsFor(codes: CodeTables | null, typeCode: string | null): QuestionSet | null {
  if (typeCode === null) return null;
  return Object.values(codes?.question_sets ?? {}).find((set) => set.types.includes(typeCode)) ?? null;
}

function fits(when: When, answers: Answers): boolean {
  return Object.entries(when).every(([question, wanted]) => wanted.includes(answers[question]?.choice ?? ""));
}

/** The first determinant that fits; the centre decides by the same table. */
export function follow(set: QuestionSet, answers: Answers): Followed {
  const found = set.determinants.find((determinant) => fits(determinant.when, answers));
  if (found === undefined) return NOTHING_FOLLOWS;
  return { determinant: found.code, label: found.label, priority: found.priority, typeCode: found.type_code };
}

export function answered(set: QuestionSet, answers: Answers): number {
  return set.questions.filter((question) => answers[question.code] !== undefined).length;
}

/** The first question that has no answer, or the last one. */
export function nextQuestion(set: QuestionSet, answers: Answers, after = -1): number {
  const open = set.questions.findIndex((question, i) => i > after && answers[question.code] === undefined);
  if (open !== -1) return open;
  const any = set.questions.findIndex((question) => answers[question.code] === undefined);
  return any !== -1 ? any : set.questions.length - 1;
}

export type Advice = QuestionSet["advice"][number];

/** What to say now: of the answer given last that says something, in the order of the questions. */
export function adviceFor(set: QuestionSet, answers: Answers, last: string | null): Advice | null {
  const order = set.questions.map((question) => question.code);
  const codes = (last === null ? order : [...order.filter((code) => code !== last), last]).flatMap((code) => {
    const question = set.questions.find((q) => q.code === code);
    const choice = question?.choices.find((c) => c.code === answers[code]?.choice);
    return choice?.says ?? [];
  });
  const code = codes.at(-1);
  return set.advice.find((advice) => advice.code === code) ?? null;
}

/** A rhythm once begun goes on, whatever is said meanwhile. */
export function beatOf(set: QuestionSet, answers: Answers): number | null {
  for (const question of set.questions) {
    const choice = question.choices.find((c) => c.code === answers[question.code]?.choice);
    const advice = set.advice.find((a) => a.code === choice?.says);
    if (advice?.beat != null && follow(set, answers).determinant.startsWith("arrest")) return advice.beat;
  }
  return null;
}

/** What a caller answered last, question and answer in words: what a crew is told of it. */
export function newestAnswers(
  answers: readonly Answer[],
  codes: CodeTables | null,
  label: (found: Label | undefined, code: string) => string,
): string {
  const newest = answers.reduce((at, answer) => (answer.at > at ? answer.at : at), "");
  return answers
    .filter((answer) => answer.at === newest)
    .map(({ set_code, question, choice, text }) => {
      const asked = codes?.question_sets?.[set_code]?.questions.find((known) => known.code === question);
      const chosen = label(asked?.choices.find((known) => known.code === choice)?.label, choice);
      return `${label(asked?.label, question)} ${chosen}${text === null || text === "" ? "" : ` (${text})`}`;
    })
    .join(" · ");
}
