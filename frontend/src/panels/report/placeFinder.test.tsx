import { render } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import type { PlaceCandidate } from "../../protocol";
import { useUi } from "../../state/ui";
import { CandidateList } from "./placeFinder";

function candidate(label: string, lon: number): PlaceCandidate {
  return {
    label, lon_lat: [lon, 10.77], radius_m: 20, level: "door", ward_code: "1", ward: "Phường Một", confidence: 0.9, distinguishing: "",
  };
}

describe("the list of candidates", () => {
  it("has the map number the same places as long as it stands", () => {
    const candidates = [candidate("12 Lê Lợi", 106.7), candidate("12 Lê Lai", 106.69)];
    const list = (active: number) => <CandidateList id="c" candidates={candidates} active={active} chosen="" onChoose={() => undefined} />;
    const { rerender, unmount } = render(list(0));
    expect(useUi.getState().candidates).toEqual(candidates);
    rerender(list(1));
    expect([useUi.getState().candidates, useUi.getState().candidate]).toEqual([candidates, 1]);
    unmount();
    expect(useUi.getState().candidates).toEqual([]);
  });
});
