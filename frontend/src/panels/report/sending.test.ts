import { expect, it } from "vitest";

import { CODES } from "../../test/fixtures";
import { lineWanted } from "./sending";

it("counts a form for a line that its taker works for, whatever it is about", () => {
  const fire = { calledLine: null, typeCode: "fire_house" };
  expect(lineWanted(fire, CODES, ["115"])).toBe("115");
  expect(lineWanted(fire, CODES, ["115", "114"])).toBe("114");
  expect(lineWanted({ ...fire, calledLine: "115" }, CODES, ["114"])).toBe("115");
  expect(lineWanted({ ...fire, typeCode: null }, CODES, ["115"])).toBe("115");
});
