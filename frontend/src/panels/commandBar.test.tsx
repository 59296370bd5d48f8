import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, expect, it } from "vitest";

import { wordsHere } from "../i18n";
import { CommandBar } from "./commandBar";

beforeAll(wordsHere);

it("tells of a line that stays why it was not carried out, until it is changed", async () => {
  render(<CommandBar />);
  // No centre answers here.
  await userEvent.type(screen.getByRole("textbox"), "p3{Enter}");
  expect(await screen.findByText(/Trung tâm không trả lời/)).toBeVisible();
  expect(screen.getByRole("textbox")).toHaveValue("p3");
  await userEvent.keyboard("{End}x");
  expect(screen.queryByText(/Trung tâm không trả lời/)).toBeNull();
});
