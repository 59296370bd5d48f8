/** Key questions: one digit answers and goes on; nothing here delays the release. */
import { useEffect, useRef, useState, type KeyboardEvent } from "react";

import { isTyping } from "../../commands/held";
import { useTranslation } from "../../i18n/useTranslation";
import { useCentre } from "../../live/store";
import type { Question, QuestionSet } from "../../protocol";
import { changeForm, type Form } from "../../state/forms";
import { adviceFor, answered, beatOf, follow, nextQuestion, questionsFor, type Answers } from "../../state/questions";
import { Key } from "../../ui/marks";
import { useWords } from "../../ui/words";
import { isComposing } from "../calls/keys";
import { Metronome } from "./metronome";
import { sendAnswers } from "./sending";

/** Keeps an answer, lets it decide the type before the release, and tells the centre after it. */
function answer(form: Form, set: QuestionSet, question: string, choice: string, text: string): void {
  const answers: Answers = { ...form.answers[set.code], [question]: { choice, text } };
  const { typeCode } = follow(set, answers);
  changeForm(form.id, {
    answers: { ...form.answers, [set.code]: answers },
    ...(form.incidentId === null && typeCode !== null ? { typeCode } : {}),
  });
  if (form.reportId !== null) void sendAnswers(form.id);
}

interface RowProps {
  form: Form;
  set: QuestionSet;
  question: Question;
  index: number;
  active: boolean;
  /** Answered a moment ago: the caller's own words may be added with Tab. */
  fresh: boolean;
  onActive: (index: number) => void;
  onAnswer: (question: Question, choice: string) => void;
}

function Detail({ form, set, question }: Pick<RowProps, "form" | "set" | "question">) {
  const words = useWords();
  const given = form.answers[set.code]?.[question.code];
  const [text, setText] = useState(given?.text ?? "");
  if (question.detail === null || given === undefined) return null;
  const label = words.label(question.detail, question.code);
  const keep = () => {
    if (text !== given.text) answer(form, set, question.code, given.choice, text);
  };
  return (
    <input
      className="field"
      aria-label={label}
      placeholder={label}
      autoComplete="off"
      value={text}
      onChange={(e) => setText(e.target.value)}
      onBlur={keep}
      onKeyDown={(e) => {
        if (e.key !== "Enter" || isComposing(e) || e.ctrlKey) return;
        e.preventDefault();
        e.currentTarget.closest<HTMLElement>("[data-digits]")?.focus();
      }}
    />
  );
}

function Choices({ form, set, question, onAnswer }: Pick<RowProps, "form" | "set" | "question" | "onAnswer">) {
  const words = useWords();
  const given = form.answers[set.code]?.[question.code];
  return (
    <div className="answers">
      {question.choices.map((choice) => (
        <button
          key={choice.code}
          type="button"
          className={`button ${given?.choice === choice.code ? "primary" : ""}`}
          aria-pressed={given?.choice === choice.code}
          onClick={() => onAnswer(question, choice.code)}
        >
          <Key>{choice.key}</Key> {words.label(choice.label, choice.code)}
        </button>
      ))}
      <Detail form={form} set={set} question={question} />
    </div>
  );
}

function Row(props: RowProps) {
  const { form, set, question, index, active, fresh, onActive } = props;
  const { t } = useTranslation();
  const words = useWords();
  const given = form.answers[set.code]?.[question.code];
  const choice = question.choices.find((c) => c.code === given?.choice);
  return (
    <li className={`question ${active ? "active" : ""}`} aria-current={active ? "step" : undefined}>
      <button type="button" className="plain" tabIndex={-1} onClick={() => onActive(index)}>
        <span className="num number">{index + 1}</span>
        {words.label(question.label, question.code)}
      </button>
      {active && <Choices {...props} />}
      {!active && (choice === undefined ? (
        <span className="note">{t("calls.not_asked")}</span>
      ) : (
        <span className="strong">
          {words.label(choice.label, choice.code)}
          {!fresh && given?.text !== undefined && given.text !== "" && ` · ${given.text}`} ✓
        </span>
      ))}
      {!active && fresh && (
        <div className="answers">
          <Detail form={form} set={set} question={question} />
        </div>
      )}
    </li>
  );
}

function Say({ form, set, last }: { form: Form; set: QuestionSet; last: string | null }) {
  const { t } = useTranslation();
  const words = useWords();
  const answers = form.answers[set.code] ?? {};
  const advice = adviceFor(set, answers, last);
  const beat = beatOf(set, answers);
  if (advice === null && beat === null) return null;
  return (
    <div className="advice" role="group" aria-label={t("calls.say")}>
      {advice !== null && (
        <>
          <span className="note">
            {t("calls.say")} ·{" "}
            {advice.approved_by === ""
              ? t("calls.needs_approval", { line: words.line(set.agency_id) })
              : t("calls.approved_by", { name: advice.approved_by })}
          </span>
          <blockquote aria-live="polite">“{words.label(advice.text, advice.code)}”</blockquote>
        </>
      )}
      {beat !== null && <Metronome perMinute={beat} />}
    </div>
  );
}

function useQuestionsKey(root: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (!event.altKey || event.code !== "KeyQ" || isComposing(event)) return;
      event.preventDefault();
      root.current?.focus();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [root]);
}

/** Not when the questions first appear: the fields above them are still being filled in. */
function useActiveInSight(root: React.RefObject<HTMLElement | null>, active: number): void {
  const first = useRef(active);
  useEffect(() => {
    if (active !== first.current) root.current?.querySelector("[aria-current=step]")?.scrollIntoView({ block: "nearest" });
    first.current = -1;
  }, [root, active]);
}

function Asked({ form, set }: { form: Form; set: QuestionSet }) {
  const { t } = useTranslation();
  const words = useWords();
  const root = useRef<HTMLElement>(null);
  const answers = form.answers[set.code] ?? {};
  const [active, setActive] = useState(() => nextQuestion(set, answers));
  const [last, setLast] = useState<string | null>(null);
  useQuestionsKey(root);
  useActiveInSight(root, active);
  const go = (index: number) => setActive(Math.min(set.questions.length - 1, Math.max(0, index)));
  const take = (question: Question, choice: string) => {
    const given = { choice, text: answers[question.code]?.text ?? "" };
    answer(form, set, question.code, given.choice, given.text);
    setLast(question.code);
    go(nextQuestion(set, { ...answers, [question.code]: given }, set.questions.indexOf(question)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event) || isTyping(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
    const question = set.questions[active];
    const choice = question?.choices.find((c) => c.key === event.key);
    if (event.key === "ArrowDown") go(active + 1);
    else if (event.key === "ArrowUp") go(active - 1);
    else if (question !== undefined && choice !== undefined) take(question, choice.code);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section className="questions" ref={root} tabIndex={0} data-digits onKeyDown={onKeyDown} aria-label={t("calls.questions")}>
      <div className="panel-head">
        <h2>{t("calls.questions")}</h2>
        <span className="note">
          {words.label(set.label, set.code)} · {t("calls.version", { version: set.version })} ·{" "}
          {t("calls.done_of", { done: answered(set, answers), all: set.questions.length })}
        </span>
        <span className="grow" />
        <Key>Alt Q</Key>
      </div>
      <ol>
        {set.questions.map((question, i) => (
          <Row
            key={question.code}
            form={form}
            set={set}
            question={question}
            index={i}
            active={i === active}
            fresh={question.code === last}
            onActive={go}
            onAnswer={take}
          />
        ))}
      </ol>
      <Say form={form} set={set} last={last} />
    </section>
  );
}

export function Questions({ form }: { form: Form }) {
  const codes = useCentre((s) => s.codes);
  const set = questionsFor(codes, form.typeCode);
  return set === null ? null : <Asked key={`${form.id}/${set.code}`} form={form} set={set} />;
}
