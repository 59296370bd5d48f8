/** Questions that follow a hand as it types: the first at once, then the newest alone. */
import { ApiProblem } from "../../live/http";

/** So long an answer is waited for before a newer question is put beside it, and so long at all. */
const OVERDUE_MS = 120;
const PATIENCE_MS = 5_000;
/** A centre that does not answer is asked again so often. */
const AGAIN_MS = 2_000;
const AT_ONCE = 2;

interface Asked<Question> {
  question: Question;
  at: number;
  cancel: AbortController;
  patience: number;
}

/** Whether the centre did not hear the question; what it refused it refuses again. */
const isUnheard = (fault: unknown) => fault instanceof ApiProblem && (fault.status === 0 || fault.status >= 500);

/**
 * A question is put at once when none is open: a pause before it would be lost whenever the centre is free. What is
 * typed while an answer is awaited is asked when that has come, or beside it when it is late; all but the last stay
 * unasked. So the centre is asked no more often than it answers, two questions at a time at most. An answer is heard
 * only if no newer was; null says that there is none, and the question is put again until there is.
 */
export class Newest<Question, Answer> {
  /** The older first. */
  private open: Asked<Question>[] = [];
  private next: { question: Question } | null = null;
  private timer = 0;

  constructor(
    private readonly put: (question: Question, signal: AbortSignal) => Promise<Answer>,
    private readonly hear: (question: Question, answer: Answer | null) => void,
  ) {}

  ask(question: Question): void {
    this.next = { question };
    this.goOn();
  }

  /** Nothing is asked or heard any more. */
  stop(): void {
    clearTimeout(this.timer);
    this.next = null;
    this.drop(this.open.length);
  }

  private readonly goOn = (): void => {
    clearTimeout(this.timer);
    if (this.next === null || this.open.length >= AT_ONCE) return;
    const late = (this.open.at(-1)?.at ?? -Infinity) + OVERDUE_MS - performance.now();
    if (late > 0) this.timer = window.setTimeout(this.goOn, late);
    else this.start(this.next.question);
  };

  private start(question: Question): void {
    const cancel = new AbortController();
    const patience = window.setTimeout(() => cancel.abort(), PATIENCE_MS);
    const asked = { question, at: performance.now(), cancel, patience };
    this.next = null;
    this.open.push(asked);
    this.put(question, cancel.signal).then(
      (answer) => this.end(asked, answer, false),
      (fault: unknown) => this.end(asked, null, isUnheard(fault)),
    );
  }

  private end(asked: Asked<Question>, answer: Answer | null, again: boolean): void {
    if (!this.open.includes(asked)) return;
    this.drop(this.open.indexOf(asked) + 1);
    const newer = this.open.length > 0 || this.next !== null;
    this.goOn();
    if (answer === null && newer) return;
    this.hear(asked.question, answer);
    if (again) this.timer = window.setTimeout(() => this.ask(asked.question), AGAIN_MS);
  }

  /** The first `count` of those that are open are done with. */
  private drop(count: number): void {
    for (const { cancel, patience } of this.open.splice(0, count)) {
      clearTimeout(patience);
      cancel.abort();
    }
  }
}
