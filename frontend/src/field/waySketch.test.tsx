import { expect, it } from "vitest";

import type { LonLat } from "../protocol";
import { drawWay } from "./waySketch";

const TO: LonLat = [106.68, 10.77];

function numbersIn(text: string): number[] {
  return [...text.matchAll(/-?\d+(\.\d+)?/g)].map(([number]) => Number(number));
}

it("draws north up and east right, in metres, with all of the way in the box", () => {
  const drawn = drawWay([[106.67, 10.76], [106.69, 10.765], TO], TO);
  const [left, top, wide, high] = numbersIn(drawn.box) as [number, number, number, number];
  const [x, y, eastX, , toX, toY] = numbersIn(drawn.way) as [number, number, number, number, number, number];
  expect([x, y]).toEqual([expect.closeTo(-1092, -1), expect.closeTo(1112, -1)]);
  expect([toX, toY].map(Math.abs)).toEqual([0, 0]);
  for (const across of [x, eastX, toX]) expect(across > left && across < left + wide).toBe(true);
  for (const down of [y, toY]) expect(down > top && down < top + high).toBe(true);
});

it("gives a way of a few steps a box that is not empty", () => {
  const [, , wide, high] = numbersIn(drawWay([TO, TO], TO).box);
  expect(wide).toBeGreaterThan(60);
  expect(high).toBeGreaterThan(60);
});
