import { expect, it } from "vitest";

import { freshness } from "../live/freshness";
import { place } from "../test/fixtures";
import { foldText, matchesWords } from "./fold";
import { ageText, clockText, distanceText } from "./time";
import { heardApart } from "./words";

it("shows the room's clock whatever the machine's zone", () => {
  expect(clockText("2026-11-22T11:42:16Z")).toBe("18:42:16");
});

it("writes ages without leading zeroes and never below zero", () => {
  expect([ageText(52), ageText(3725), ageText(-4)]).toEqual(["0:52", "1:02:05", "0:00"]);
});

it("writes distances as people read them", () => {
  expect([distanceText(840.4), distanceText(2345)]).toEqual(["840 m", "2,3 km"]);
});

it("tells what was heard only where it says more than the address beside it", () => {
  const heard = (words: string, label = "45 Nguyễn Trãi, Phường Chợ Quán"): boolean =>
    heardApart(place({ heard: words, label, ward: "Phường Chợ Quán" }));
  expect(["45 nguyễn trãi, phường chợ quán", "45 Nguyễn Trãi", "45 Nguyễn Trãi,  Phường Chợ Quán.", ""].map((w) => heard(w))).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(heard("đối diện 45 Nguyễn Trãi")).toBe(true);
  expect(heard("45 Nguyễn Trãi", "")).toBe(false);
});

it("folds diacritics and đ, composed or decomposed alike", () => {
  expect(foldText("Đường Lý Thái Tổ")).toBe("duong ly thai to");
  expect(foldText("Đường Lý Thái Tổ".normalize("NFD"))).toBe("duong ly thai to");
  expect(matchesWords("Khói, mùi khét chưa rõ", "khet khoi")).toBe(true);
  expect(matchesWords("Khói, mùi khét chưa rõ", "khx")).toBe(false);
});

it("judges a position by the interval expected in its phase", () => {
  expect(freshness("en_route", false, 15)).toBe("fresh");
  expect(freshness("en_route", false, 16)).toBe("stale");
  expect(freshness("en_route", false, 41)).toBe("lost");
  expect(freshness("on_scene", false, 41)).toBe("fresh");
  expect(freshness("on_scene", false, null)).toBe("unknown");
  expect(freshness("available", true, 9_999)).toBe("quarters");
});
