import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiProblem } from "../../live/http";
import { Newest } from "./newest";

const fault = (status: number) => new ApiProblem(status, { code: "x", vi: "", en: "", data: {} });

/** A centre whose answers come when the test says so. */
function makeCentre() {
  const asked: string[] = [];
  const heard: string[] = [];
  const ends = new Map<string, { answer: () => void; fail: (status: number) => void }>();
  const newest = new Newest<string, string>(
    (question, signal) => {
      asked.push(question);
      return new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(fault(0)));
        ends.set(question, { answer: () => resolve(`${question}!`), fail: (status) => reject(fault(status)) });
      });
    },
    (question, answer) => heard.push(answer ?? `${question}?`),
  );
  const type = (...texts: string[]) => texts.forEach((text) => newest.ask(text));
  const settled = () => vi.advanceTimersByTimeAsync(0);
  const answer = (question: string) => (ends.get(question)?.answer(), settled());
  const fail = (question: string, status: number) => (ends.get(question)?.fail(status), settled());
  return { newest, asked, heard, type, answer, fail };
}

describe("questions that follow the typing", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("are put at once when nothing is open, and then only the newest when that is answered", async () => {
    const { asked, heard, type, answer } = makeCentre();
    type("l", "lê", "lê l");
    expect(asked).toEqual(["l"]);
    await answer("l");
    expect(asked).toEqual(["l", "lê l"]);
    await answer("lê l");
    expect(heard).toEqual(["l!", "lê l!"]);
  });

  it("go beside one that is late, two at a time at most", async () => {
    const { asked, heard, type, answer } = makeCentre();
    type("a", "ab");
    await vi.advanceTimersByTimeAsync(150);
    expect(asked).toEqual(["a", "ab"]);
    type("abc", "abcd");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toEqual(["a", "ab"]);
    await answer("a");
    expect(asked).toEqual(["a", "ab", "abcd"]);
    await answer("ab");
    await answer("abcd");
    expect(heard).toEqual(["a!", "ab!", "abcd!"]);
  });

  it("are not answered by what was asked before them, once they are answered", async () => {
    const { heard, type, answer } = makeCentre();
    type("a", "ab");
    await vi.advanceTimersByTimeAsync(150);
    await answer("ab");
    await answer("a");
    expect(heard).toEqual(["ab!"]);
  });

  it("are put again until the centre answers, and no longer when other words are typed", async () => {
    const { asked, heard, type, answer, fail } = makeCentre();
    type("a");
    await fail("a", 0);
    expect(heard).toEqual(["a?"]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toEqual(["a", "a", "a"]);  // the second was given up after its time
    type("ab");
    await answer("a");
    await answer("ab");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked.slice(3)).toEqual(["ab"]);
    expect(heard.slice(-2)).toEqual(["a!", "ab!"]);
  });

  it("are not put again when the centre has refused them", async () => {
    const { asked, heard, type, fail } = makeCentre();
    type("a");
    await fail("a", 422);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([asked, heard]).toEqual([["a"], ["a?"]]);
  });

  it("end with the typing: nothing is heard any more", async () => {
    const { newest, asked, heard, type, answer } = makeCentre();
    type("a", "ab");
    newest.stop();
    await answer("a");
    await vi.advanceTimersByTimeAsync(10_000);
    expect([asked, heard]).toEqual([["a"], []]);
  });
});
