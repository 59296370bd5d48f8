import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { dropHeldKeys } from "./held";

const heard = vi.fn<(key: string) => void>();

function hold(key: string, target: HTMLElement = document.body): boolean {
  heard.mockClear();
  target.dispatchEvent(new KeyboardEvent("keydown", { key, repeat: true, bubbles: true, cancelable: true }));
  return heard.mock.calls.length > 0;
}

describe("a key that is held down", () => {
  beforeAll(() => {
    dropHeldKeys();
    window.addEventListener("keydown", (event) => heard(event.key), true);
  });
  beforeEach(() => document.body.replaceChildren());

  it.each(["F8", "F9", "F1", "Enter", "n", "1", "Delete", " "])("acts once: %s", (key) => {
    expect(hold(key)).toBe(false);
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    expect(heard).toHaveBeenCalledWith(key);
  });

  it.each(["ArrowDown", "PageUp", "Tab", "]", "+"])("goes on where it moves: %s", (key) => {
    expect(hold(key)).toBe(true);
  });

  it("types on in a field, and sends but once", () => {
    const field = document.body.appendChild(document.createElement("input"));
    expect(["a", "Backspace", "Delete"].map((key) => hold(key, field))).toEqual([true, true, true]);
    expect(["Enter", "F8"].map((key) => hold(key, field))).toEqual([false, false]);
  });

  it("takes back but one command, from a field too", () => {
    const field = document.body.appendChild(document.createElement("input"));
    heard.mockClear();
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "z", ctrlKey: true, repeat: true, bubbles: true }));
    expect(heard).not.toHaveBeenCalled();
  });

  it("begins but one line in a long text", () => {
    const text = document.body.appendChild(document.createElement("textarea"));
    expect(hold("Enter", text)).toBe(false);
  });
});
