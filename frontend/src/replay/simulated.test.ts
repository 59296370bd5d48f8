import { expect, it } from "vitest";

import { pageOf } from "../pages";
import { simulatedIn } from "./wire";

const RUN = "01a205dd-3e10-7d09-bf1c-477305a6eb8a";

it("plays a simulated day on the page of the past, and takes nothing else for one", () => {
  expect(pageOf(`/replay/what-if/${RUN}/a`)).toBe(pageOf("/replay"));
  expect(pageOf("/replay/")).toBe(pageOf("/replay"));
  expect(pageOf("/what-if/x")).toBe(pageOf("/"));
  expect(simulatedIn(`/replay/what-if/${RUN}/b`)).toEqual({ run: RUN, side: "b" });
  for (const path of ["/replay", "/replay/what-if/x/a", `/replay/what-if/${RUN}/c`, `/replay/what-if/${RUN}/a/../../state`]) expect(simulatedIn(path)).toBeNull();
});
