import { act, render, screen } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";

import { wordsHere } from "../../i18n";
import type { PlaceCandidate } from "../../protocol";
import { useUi } from "../../state/ui";
import { CandidateList, nothingFor, useTaking, type Found } from "./placeFinder";

function candidate(label: string, lon: number): PlaceCandidate {
  return {
    label, lon_lat: [lon, 10.77], radius_m: 20, level: "door", ward_code: "1", ward: "Phường Một", confidence: 0.9, distinguishing: "", mouth: null, mouth_m: null, zone: "",
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

  it("says what tells them apart, and the ward of the label only once", () => {
    const ward = "Phường Bàn Cờ";
    const known: PlaceCandidate = { ...candidate("12 Lê Lai, Phường Bàn Cờ", 106.7), ward, distinguishing: "Phường Bàn Cờ (Phường 3, Quận 3 cũ)" };
    const other: PlaceCandidate = { ...candidate("12 Lê Lai", 106.8), distinguishing: "cách nơi đầu 3 km về phía đông" };
    render(<CandidateList id="c" candidates={[known, other]} active={0} chosen="" onChoose={() => undefined} />);
    expect(screen.getByText("khác: Phường 3, Quận 3 cũ")).toBeVisible();
    expect(screen.getByText("khác: cách nơi đầu 3 km về phía đông")).toBeVisible();
  });

  it("says of the one at the cursor what to ask, where it is no more than a street or an area", () => {
    const ward: PlaceCandidate = { ...candidate("Phường Chợ Quán", 106.7), level: "ward", ward: "Phường Chợ Quán", distinguishing: "Phường Chợ Quán (Phường 3, Quận 5 cũ)" };
    const street: PlaceCandidate = { ...candidate("Nguyễn Trãi", 106.6), level: "street" };
    const { rerender } = render(<CandidateList id="c" candidates={[ward]} active={0} chosen="" onChoose={() => undefined} />);
    expect(screen.getByText(/Mới biết địa bàn. Hỏi:/)).toBeVisible();
    expect(screen.getByText("Phường 3, Quận 5 cũ")).toBeVisible();
    rerender(<CandidateList id="c" candidates={[candidate("12 Lê Lợi", 106.8), street]} active={1} chosen="" onChoose={() => undefined} />);
    expect(screen.getAllByText(/Hỏi:/)).toHaveLength(1);
    expect(screen.getByText(/Mới biết đường. Hỏi: số nhà/)).toBeVisible();
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

describe("Enter in the field of the place", () => {
  const few = [candidate("10 Lê Lai", 106.6)];
  const whole = [candidate("10 Lê Lai, Phường Hai", 106.9)];

  /** The field's words and what is known to fit; its button is Enter. */
  function Field({ text, found, at, onChoose }: { text: string; found: Found; at: number; onChoose: (label?: string) => void }) {
    const take = useTaking(text, found, (chosen) => onChoose(chosen?.label));
    return <button type="button" onClick={() => take(at)} />;
  }

  function enterIn(text: string, found: Found, at = 0) {
    const chosen: (string | undefined)[] = [];
    const field = (words: string, fit: Found) => <Field text={words} found={fit} onChoose={(label) => chosen.push(label)} at={at} />;
    const { rerender } = render(field(text, found));
    act(() => screen.getByRole("button").click());
    return { chosen, then: (words: string, fit: Found) => rerender(field(words, fit)) };
  }

  const found = (text: string, candidates: readonly PlaceCandidate[]): Found => ({ text, candidates, failed: false });

  it("takes what stands there when it fits all that was typed", () => {
    expect(enterIn("10 lê lai", found("10 lê lai", few)).chosen).toEqual(["10 Lê Lai"]);
  });

  it("waits for the whole words' candidates instead of taking those of fewer words", () => {
    const { chosen, then } = enterIn("10 lê lai p2", found("10 lê lai", few));
    expect(chosen).toEqual([]);
    then("10 lê lai p2", found("10 lê lai p2", whole));
    then("10 lê lai p2", found("10 lê lai p2", [...whole]));
    expect(chosen).toEqual(["10 Lê Lai, Phường Hai"]);
  });

  it("takes nothing when other words are typed before they have come", () => {
    const { chosen, then } = enterIn("10 lê lai p2", found("10 lê lai", few));
    then("10 lê lai p20", found("10 lê lai", few));
    then("10 lê lai p2", found("10 lê lai p2", whole));
    expect(chosen).toEqual([]);
  });

  it("takes the one that the arrows have gone to, which was read", () => {
    const { chosen } = enterIn("10 lê lai p", found("10 lê lai", [...few, ...whole]), 1);
    expect(chosen).toEqual(["10 Lê Lai, Phường Hai"]);
  });
});
