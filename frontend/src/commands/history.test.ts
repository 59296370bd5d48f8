import { expect, it } from "vitest";

import { History } from "./history";

it("walks back and forth and gives back what was being typed", () => {
  const history = new History();
  history.add("D 0457 CC-12");
  history.add("K CC-12");
  expect(history.back("O C")).toBe("K CC-12");
  expect(history.back("")).toBe("D 0457 CC-12");
  expect(history.back("")).toBe("D 0457 CC-12");
  expect(history.forward()).toBe("K CC-12");
  expect(history.forward()).toBe("O C");
});

it("keeps a repeated line once", () => {
  const history = new History();
  history.add("K CC-12");
  history.add("K CC-12");
  history.back("");
  expect(history.back("")).toBe("K CC-12");
});
