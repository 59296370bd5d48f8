import { expect, it } from "vitest";

import type { WardChange } from "./data";
import { differenceText, isTold, listMost, shadeOf, valueText, verdictOf } from "./figures";

const figure = (difference: number, half: number | null) => ({ policy: 0, other: 0, difference, plus_minus: half });
const ward = (code: string, change: number, incidents = 9): WardChange => ({ code, name: code, incidents, policy_min: 10 + change, other_min: 10 });

it("calls a difference better or worse only beyond its interval, and nothing of a single day", () => {
  expect(verdictOf(figure(-1.4, 0.3), -1)).toBe("better");
  expect(verdictOf(figure(1.4, 0.3), -1)).toBe("worse");
  expect(verdictOf(figure(-0.2, 0.3), -1)).toBe("open");
  expect(verdictOf(figure(0, 0), -1)).toBe("none");
  expect(verdictOf(figure(-9, null), -1)).toBe("none");
  expect(verdictOf(figure(-9, 0.1), 0)).toBe("none");
  expect(verdictOf(figure(0.1, 0.05), 1)).toBe("better");
  expect(verdictOf(figure(-0.1, 0.05), 1)).toBe("worse");
});

it("leaves out what a city does not have, and tells nothing happened where it has", () => {
  expect(isTold("treated", figure(0, 0))).toBe(false);
  expect(isTold("treated", { ...figure(0.5, 0), policy: 0.5 })).toBe(true);
  expect(isTold("unserved", figure(0, 0))).toBe(true);
});

it("shades wards by half a minute and by two", () => {
  expect([-2, -0.5, -0.4, 0, 0.4, 0.5, 2].map(shadeOf)).toEqual(["better-2", "better-1", "same", "same", "same", "worse-1", "worse-2"]);
});

it("lists the wards that changed most, without those that had hardly an incident", () => {
  const wards = [ward("a", -1), ward("b", -3), ward("c", 2), ward("d", -9, 4), ward("e", -0.1)];
  expect(listMost(wards, -1, 8).map((w) => w.code)).toEqual(["b", "a"]);
  expect(listMost(wards, 1, 8).map((w) => w.code)).toEqual(["c"]);
  expect(listMost(wards, -1, 1).map((w) => w.code)).toEqual(["b"]);
});

it("writes figures as the language does, and no minus before nothing", () => {
  expect(valueText(0.1631, "share", "vi")).toBe("16,3 %");
  expect(valueText(0.1631, "share", "en")).toBe("16.3 %");
  expect(valueText(847, "count", "vi")).toBe("847");
  expect(valueText(846.6, "count", "vi")).toBe("846,6");
  expect(differenceText(-1.4289, "min", "vi")).toBe("−1,43");
  expect(differenceText(-0.119, "share", "en")).toBe("−11.9");
  expect(differenceText(-0.001, "min", "vi")).toBe("±0,00");
});
