import { describe, expect, it } from "vitest";

import { kindOf, lonLatText, pathOf, readLonLat, shifted } from "./data";

const CITY = [106.3, 10.3, 107.1, 11.2] as const;

describe("a position that was typed", () => {
  it.each([
    ["10.7769, 106.7009"],
    ["10,7769 106,7009"],
    ["10,7769, 106,7009"],
    ["106.7009 10.7769"],
    ["https://www.google.com/maps/@10.7769,106.7009,17z"],
    ["vĩ độ 10.7769; kinh độ 106.7009"],
  ])("is read out of %s", (text) => {
    expect(readLonLat(text, CITY)).toEqual([106.7009, 10.7769]);
  });

  it.each([[""], ["10.7769"], ["48.85, 2.35"], ["12 Lê Lợi"]])("is none in “%s”", (text) => {
    expect(readLonLat(text, CITY)).toBeNull();
  });

  it("is what was written, to a tenth of a metre", () => {
    const place = readLonLat(lonLatText([106.700_912_3, 10.776_987_6]), CITY);
    expect(place?.[0]).toBeCloseTo(106.700_912, 6);
    expect(place?.[1]).toBeCloseTo(10.776_988, 6);
  });

  it("moves by metres", () => {
    const [lon, lat] = shifted([106.7, 10.8], 20, -20);
    expect((lon - 106.7) * 111_195 * Math.cos((10.8 * Math.PI) / 180)).toBeCloseTo(20, 3);
    expect((lat - 10.8) * 111_195).toBeCloseTo(-20, 3);
  });
});

it("asks for a page of what is known by its source, and of the past whatever its source", () => {
  expect(pathOf(false, "12 hẻm 45", "file", 7)).toBe("/api/learnt?words=12+h%E1%BA%BBm+45&source=file&before=7");
  expect(pathOf(true, "", "file", null)).toBe("/api/learnt/past?words=");
});

it("takes for a file what neither a crew, nor a caller, nor an administrator told", () => {
  expect(["arrival", "corrected", "register 2026"].map(kindOf)).toEqual(["arrival", "corrected", "file"]);
});
