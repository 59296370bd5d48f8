import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { useRested } from "./rested";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("a value that rests", () => {
  it("is followed only when it has not changed for the while, and then in its newest form", () => {
    const { result, rerender } = renderHook(({ value }) => useRested(value, 250), { initialProps: { value: "" } });
    for (const value of ["a", "b", "c"]) {
      rerender({ value });
      act(() => void vi.advanceTimersByTime(200));
      expect(result.current).toBe("");
    }
    act(() => void vi.advanceTimersByTime(50));
    expect(result.current).toBe("c");
  });

  it("waits for whoever is still typing", () => {
    const { result, rerender } = renderHook(({ value }) => useRested(value, 250), { initialProps: { value: "" } });
    rerender({ value: "a" });
    for (let key = 0; key < 5; key++) {
      act(() => void vi.advanceTimersByTime(200));
      window.dispatchEvent(new KeyboardEvent("keydown", { key: "x" }));
      expect(result.current).toBe("");
    }
    act(() => void vi.advanceTimersByTime(250));
    expect(result.current).toBe("a");
  });
});
