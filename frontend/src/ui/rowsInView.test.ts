import { expect, it } from "vitest";

import { spanOf, topFor } from "./rowsInView";

it("draws the rows in view and a few beyond, never one that is not there", () => {
  expect(spanOf(1000, 28, 0, 280)).toEqual({ from: 0, to: 18 });
  expect(spanOf(1000, 28, 2800, 280)).toEqual({ from: 92, to: 118 });
  expect(spanOf(1000, 28, 27720, 280)).toEqual({ from: 982, to: 1000 });
  expect(spanOf(3, 28, 2800, 280)).toEqual({ from: 3, to: 3 });
  expect(spanOf(0, 28, 0, 280)).toEqual({ from: 0, to: 0 });
});

it("scrolls no further than a row needs to stand in view", () => {
  expect(topFor(5, 28, 0, 280, false)).toBe(0);
  expect(topFor(10, 28, 0, 280, false)).toBe(28);
  expect(topFor(2, 28, 280, 280, false)).toBe(56);
  expect(topFor(100, 28, 0, 280, true)).toBe(2674);
  expect(topFor(1, 28, 500, 280, true)).toBe(0);
});
