/** The colours of statuses told apart by every eye: measured from the tokens themselves. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

type Three = readonly [number, number, number];

const STATUSES = ["available", "dispatched", "enroute", "onscene", "transport", "hospital", "oos"];
const TOKENS = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");

/** Linear light of a token; `theme` 0 is dark, 1 light. */
function light(token: string, theme: number): Three {
  const found = [...TOKENS.matchAll(new RegExp(`--${token}: #([0-9a-f]{6});`, "g"))][theme]?.[1] ?? "";
  expect(found, token).toHaveLength(6);
  const parts = [0, 2, 4].map((at) => {
    const value = parseInt(found.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0];
}

function times(matrix: readonly Three[], [x, y, z]: Three): Three {
  const [a, b, c] = matrix.map(([p, q, r]) => p * x + q * y + r * z);
  return [a ?? 0, b ?? 0, c ?? 0];
}

/** What an eye sees that lacks a cone entirely: Machado, Oliveira and Fernandes 2009, severity 1. */
const EYES: Record<string, readonly Three[]> = {
  usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

const XYZ: readonly Three[] = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]];

/** CIE L*a*b* under D65. */
function lab(seen: Three): Three {
  const [x, y, z] = times(XYZ, [Math.max(0, seen[0]), Math.max(0, seen[1]), Math.max(0, seen[2])]);
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27) * (t / 116) + 16 / 116);
  const [fx, fy, fz] = [f(x / 0.9505), f(y), f(z / 1.089)];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

function luminance(token: string, theme: number): number {
  return times(XYZ, light(token, theme))[1];
}

function worstPair(theme: number, eye: readonly Three[]): number {
  const seen = STATUSES.map((name) => lab(times(eye, light(`st-${name}`, theme))));
  const pairs = seen.flatMap((one, i) => seen.slice(i + 1).map((other) => Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2])));
  return Math.min(...pairs);
}

describe("the colours of statuses", () => {
  it.each(Object.keys(EYES).flatMap((eye) => [[eye, 0], [eye, 1]] as const))("stand at least 14 apart to a %s eye (look %i)", (eye, theme) => {
    expect(worstPair(theme, EYES[eye] ?? [])).toBeGreaterThanOrEqual(14);
  });

  it.each(STATUSES.flatMap((name) => [[name, 0], [name, 1]] as const))("%s stands out 4.5 to 1 from what it stands on (look %i)", (name, theme) => {
    for (const beneath of ["panel", "raised"]) {
      const [a, b] = [luminance(`st-${name}`, theme), luminance(beneath, theme)];
      expect((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)).toBeGreaterThanOrEqual(4.5);
    }
  });
});
