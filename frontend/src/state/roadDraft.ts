/** What somebody is drawing on the map: kept apart from the list that offers it and from the map that shows it. */
import { create } from "zustand";

import type { LonLat } from "../protocol";
import { useUi } from "./ui";

export type RoadKind = "closed" | "flood" | "slow" | "unfit" | "fits";
export type RoadForm = "point" | "line" | "area";

export interface RoadDraft {
  kind: RoadKind;
  form: RoadForm;
  points: readonly LonLat[];
  /** The words it was begun with (`DONG Nguyễn Hữu Cảnh`). */
  words: string;
}

interface Store {
  draft: RoadDraft | null;
  /** The middle of the map, for who draws without a mouse. */
  centre: LonLat | null;
}

export const useRoadDraft = create<Store>(() => ({ draft: null, centre: null }));

const KINDS: Readonly<Record<string, RoadKind>> = { road_closed: "closed", road_flood: "flood", road_slow: "slow" };

export function isRoadKind(ui: string): boolean {
  return ui in KINDS;
}

/** Begins a drawing in the list of road conditions; a verb's kind of screen act, or the kind itself. */
export function drawRoad(kind: string, words = ""): void {
  useRoadDraft.setState({ draft: { kind: KINDS[kind] ?? "closed", form: "point", points: [], words } });
  useUi.setState({ pane: "roads" });
}

export function changeDraft(change: Partial<RoadDraft>): void {
  useRoadDraft.setState(({ draft }) => (draft === null ? {} : { draft: { ...draft, ...change } }));
}

/** One more place; a point has one alone. */
export function addPoint(at: LonLat): void {
  useRoadDraft.setState(({ draft }) => {
    if (draft === null) return {};
    return { draft: { ...draft, points: draft.form === "point" ? [at] : [...draft.points, at] } };
  });
}

export function dropDraft(): void {
  useRoadDraft.setState({ draft: null });
}
