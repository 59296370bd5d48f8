import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Connection } from "./connection";
import type { LinkState } from "./session";

class Wire {
  static opened: Wire[] = [];
  onopen: (() => void) | null = null;
  onmessage = null;
  onclose: (() => void) | null = null;
  closed = false;
  constructor() {
    Wire.opened.push(this);
  }
  send(): void {
    // what is said does not matter here
  }
  close(): void {
    this.closed = true;
  }
}

beforeEach(() => {
  Wire.opened = [];
  vi.stubGlobal("WebSocket", Wire);
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("takes the machine's word that its network is gone, and that it is back, at once", async () => {
  const phases: LinkState["phase"][] = [];
  const connection = new Connection({
    url: "ws://centre/ws", device: "device-0123456789", fetchTicket: () => Promise.resolve("once"),
    fetchSnapshot: () => Promise.reject(new Error("none")), apply: () => ({ have: { log_id: "log-1", seq: 1 }, gap: false }),
    deliver: () => undefined, onReady: () => undefined, onState: (state) => phases.push(state.phase),
  });
  connection.start();
  await vi.advanceTimersByTimeAsync(0);
  Wire.opened[0]?.onopen?.();
  expect(phases.at(-1)).toBe("greeting");
  window.dispatchEvent(new Event("offline"));
  expect([phases.at(-1), Wire.opened[0]?.closed]).toEqual(["waiting", true]);
  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(0);
  expect([phases.at(-1), Wire.opened.length]).toEqual(["opening", 2]);
  connection.stop();
  window.dispatchEvent(new Event("online"));
  expect(Wire.opened).toHaveLength(2);
});
