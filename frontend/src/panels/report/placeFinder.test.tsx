import { render, screen } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";

import { wordsHere } from "../../i18n";
import type { PlaceCandidate } from "../../protocol";
import { useUi } from "../../state/ui";
import { CandidateList, nothingFor } from "./placeFinder";

function candidate(label: string, lon: number): PlaceCandidate {
  return {
    label, lon_lat: [lon, 10.77], radius_m: 20, level: "door", ward_code: "1", ward: "Phường Một", confidence: 0.9, distinguishing: "", mouth: null, mouth_m: null,
  };
}

beforeAll(wordsHere);

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

  it("says how far the alley's mouth is, of those that lie in an alley", () => {
    const inAlley: PlaceCandidate = { ...candidate("6/2 Lê Lai", 106.7), mouth: [106.7, 10.771], mouth_m: 111 };
    render(<CandidateList id="c" candidates={[candidate("12 Lê Lợi", 106.7), inAlley]} active={0} chosen="" onChoose={() => undefined} />);
    expect(screen.getAllByText(/đầu hẻm/)).toHaveLength(1);
    expect(screen.getByText("cách đầu hẻm 111 m")).toBeVisible();
  });
});

describe("words for which no place was found", () => {
  it("are told to lie outside the city when they are degrees", () => {
    for (const text of ["21.0278, 105.8342", "105,8342 21,0278", "https://maps.example/@21.0278,105.8342,17z"]) {
      expect(nothingFor(text)).toBe("place.outside");
    }
    for (const text of ["zzzz", "12.5 Lê Lợi", "Đường số 7"]) expect(nothingFor(text)).toBe("place.none");
  });
});
