import { describe, expect, it } from "vitest";

import { frameOf, fromJson, listLonger, toJson, withoutAnswered, withPending } from "./outbox";

const now = new Date("2026-11-22T11:40:00Z");
const pending = (id: string) => ({ frame: frameOf(id, { type: "alert.claim", alert_id: "x" }, now), what: "did.claim" });

describe("the outbox", () => {
  it("keeps a command until it is answered, in the order of sending", () => {
    const box = withPending(withPending(new Map(), pending("1")), pending("2"));
    expect([...withoutAnswered(box, "1").keys()]).toEqual(["2"]);
  });

  it("is untouched by an answer to something else", () => {
    const box = withPending(new Map(), pending("1"));
    expect(withoutAnswered(box, "other")).toBe(box);
  });

  it("survives a reload with the same ids and times", () => {
    const box = withPending(new Map(), pending("1"));
    expect(fromJson(toJson(box))).toEqual(box);
    expect(fromJson(null).size).toBe(0);
  });

  it("names what is longer than the centre takes, counted in bytes, and nothing else", () => {
    const long = { frame: frameOf("2", { type: "alert.claim", alert_id: "ở".repeat(1000) }, now), what: "did.claim" };
    const box = withPending(withPending(new Map(), pending("1")), long);
    expect(listLonger(box, 3000)).toEqual(["2"]);
    expect(listLonger(box, 4000)).toEqual([]);
  });

  it("dates a command when it was given, not when it is sent", () => {
    expect(pending("1").frame.occurred_at).toBe("2026-11-22T11:40:00.000Z");
  });
});
