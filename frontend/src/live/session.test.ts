import { describe, expect, it } from "vitest";

import type { ServerFrame, Welcome } from "../protocol";
import { changes } from "../test/fixtures";
import {
  advance, backoffMs, initialLink, PING_MS, SILENCE_MS, type LinkContext, type LinkEffect, type LinkInput, type LinkState,
} from "./session";

const context = (now = 0): LinkContext => ({ now, random: 0.5, device: "device-0123456789" });

/** Runs inputs in order; gives the last state and every effect. */
function run(inputs: LinkInput[], from: LinkState = initialLink(), now = 0): { state: LinkState; effects: LinkEffect[] } {
  const effects: LinkEffect[] = [];
  let state = from;
  for (const input of inputs) {
    const next = advance(state, input, context(now));
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}

const welcome = (snapshot: string | null): Welcome => ({
  t: "welcome", session: "s", centre_id: "hcmc", log_id: "log-1", head: 5, resume: "token-1", server_at: "2026-11-22T11:40:00Z", snapshot,
  head_s: 2,
});
const frame = (f: ServerFrame): LinkInput => ({ t: "frame", frame: f });
const kinds = (effects: LinkEffect[]) => effects.map((effect) => effect.t);

const toHello: LinkInput[] = [{ t: "start" }, { t: "ticket", ticket: "once" }, { t: "opened" }];
const toLive: LinkInput[] = [...toHello, frame(welcome(null))];

describe("the link", () => {
  it("asks for a ticket, opens and sends it in the first frame", () => {
    const { effects } = run(toHello);
    expect(kinds(effects)).toEqual(["fetch_ticket", "open", "send"]);
    expect(effects[2]).toMatchObject({ frame: { t: "hello", ticket: "once", device: "device-0123456789" } });
  });

  it("fetches the snapshot and applies it before the frames that came meanwhile", () => {
    const snapshot = { centre_id: "hcmc", log_id: "log-1", seq: 5, rows: [] };
    const { state, effects } = run([
      ...toHello,
      frame(welcome("/api/snapshot?after=5")),
      frame(changes(5, 6)),
      { t: "snapshot", snapshot },
    ]);
    expect(state.phase).toBe("live");
    const applied = effects.flatMap((effect) => (effect.t === "apply" ? [effect.action.t] : []));
    expect(applied).toEqual(["snapshot", "changes"]);
    expect(kinds(effects).at(-1)).toBe("ready");
  });

  it("comes back with the resume token and its place, without a new ticket", () => {
    const live = run([...toLive, { t: "applied", have: { log_id: "log-1", seq: 9 }, gap: false }]).state;
    const { effects } = run([{ t: "closed" }, { t: "retry" }, { t: "opened" }], live);
    expect(kinds(effects)).toEqual(["close", "retry_in", "open", "send"]);
    expect(effects.at(-1)).toMatchObject({ frame: { resume: "token-1", have: { log_id: "log-1", seq: 9 } } });
    expect(effects.at(-1)).not.toHaveProperty("frame.ticket");
  });

  it("uses the newest resume token", () => {
    const live = run([...toLive, frame({ t: "token", resume: "token-2" })]).state;
    const { effects } = run([{ t: "closed" }, { t: "retry" }, { t: "opened" }], live);
    expect(effects.at(-1)).toMatchObject({ frame: { resume: "token-2" } });
  });

  it("asks for a fresh ticket when the resume token is refused", () => {
    const live = run(toLive).state;
    const error: ServerFrame = { t: "error", error: { code: "wrong_resume", vi: "", en: "", data: {} }, retry_s: null };
    const { effects } = run([{ t: "closed" }, { t: "retry" }, { t: "opened" }, frame(error), { t: "retry" }], live);
    expect(kinds(effects).at(-1)).toBe("fetch_ticket");
  });

  it("takes five silent seconds for a loss and dates it from the last word", () => {
    const live = run(toLive, initialLink(), 1_000).state;
    expect(run([{ t: "tick" }], live, 1_000 + SILENCE_MS).state.phase).toBe("live");
    const lost = run([{ t: "tick" }], live, 1_001 + SILENCE_MS).state;
    expect([lost.phase, lost.lostSince]).toEqual(["waiting", 1_000]);
  });

  it("waits longer where the centre says that it speaks seldom", () => {
    const slow: Welcome = { ...welcome(null), head_s: 10 };
    const live = run([...toHello, frame(slow)], initialLink(), 1_000).state;
    expect(run([{ t: "tick" }], live, 26_000).state.phase).toBe("live");
    expect(run([{ t: "tick" }], live, 26_001).state.phase).toBe("waiting");
  });

  it("gives up a connection that opens and never answers", () => {
    const greeting = run(toHello, initialLink(), 1_000).state;
    expect(run([{ t: "tick" }], greeting, 1_001 + SILENCE_MS).state.phase).toBe("waiting");
  });

  it("keeps counting one loss over several tries and ends it with the welcome", () => {
    const live = run(toLive, initialLink(), 1_000).state;
    const first = run([{ t: "closed" }], live, 2_000).state;
    const second = run([{ t: "retry" }, { t: "closed" }], first, 8_000).state;
    expect(second.lostSince).toBe(2_000);
    const back = run([{ t: "retry" }, { t: "ticket", ticket: "x" }, { t: "opened" }, frame(welcome(null))], second, 9_000).state;
    expect(back.lostSince).toBeNull();
  });

  it("after a gap says that it has nothing, so that a snapshot comes", () => {
    const live = run([...toLive, { t: "applied", have: { log_id: "log-1", seq: 9 }, gap: false }]).state;
    const { effects } = run([{ t: "applied", have: { log_id: "log-1", seq: 9 }, gap: true }, { t: "retry" }, { t: "opened" }], live);
    expect(effects.at(-1)).not.toHaveProperty("frame.have");
  });

  it("waits as long as a draining centre asks, spread around it", () => {
    const live = run(toLive).state;
    const { effects } = run([frame({ t: "drain", retry_s: 4 })], live);
    expect(effects.find((effect) => effect.t === "retry_in")).toMatchObject({ ms: 4_000 });
  });

  it("pings every ten seconds while live", () => {
    const live = run(toLive, initialLink(), 100_000).state;
    const first = run([{ t: "tick" }], live, 100_000);
    expect(first.effects).toMatchObject([{ t: "send", frame: { t: "ping" } }]);
    const heard = run([frame({ t: "head", seq: 5, at: "2026-11-22T11:40:00Z" })], first.state, 100_000 + PING_MS - 1).state;
    expect(run([{ t: "tick" }], heard, 100_000 + PING_MS - 1).effects).toEqual([]);
    expect(kinds(run([{ t: "tick" }], heard, 100_000 + PING_MS).effects)).toEqual(["send"]);
  });

  it("ends when the session is over, and only then", () => {
    expect(run([{ t: "start" }, { t: "failed", signedOut: true }]).state.phase).toBe("signed_out");
    expect(run([{ t: "start" }, { t: "failed", signedOut: false }]).state.phase).toBe("waiting");
  });

  it("spreads reconnects over the whole doubled interval, up to ten seconds", () => {
    expect(backoffMs(0, 0)).toBe(0);
    expect(backoffMs(2, 0.5)).toBe(1_000);
    expect(backoffMs(30, 1)).toBe(10_000);
  });
});
