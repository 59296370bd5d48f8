/** What this person looks at: selection, pane, filters, language, theme. The selection moves only by their hand. */
import { create } from "zustand";

import type { LonLat, PlaceCandidate } from "../protocol";
import { addressOf, hashOf, type Address, type Selection } from "./address";

export type { MapView, Pane, Selection, Tab } from "./address";
export type Lang = "vi" | "en";
export type Theme = "dark" | "light";

/** Asked to be confirmed: an incident cancelled, or its units recalled; all of the desk's, or of one agency. */
export interface CallingOff {
  kind: "cancel" | "recall";
  incidentId: string;
  agencyId: string | null;
  reason: string;
}

export interface UiStore extends Address {
  /** Words that the new report form begins with (`N chay nha`). */
  draftWords: string;
  lang: Lang;
  theme: Theme;
  /** The incident whose place is being changed, and the words to search with. */
  moving: { incidentId: string; text: string } | null;
  /** What the map is asked to show; grows `n` so that the same can be asked for twice. */
  lookAt: { n: number; places: readonly LonLat[] } | null;
  /** The places offered for what was heard, as they stand in the list, for the map to number. */
  candidates: readonly PlaceCandidate[];
  /** Which of them the arrow keys are at. */
  candidate: number;
  /** A line put into the command line by a key or a button; it waits there for Enter. */
  offered: { n: number; line: string } | null;
  /** The words of the last WHO. */
  who: string;
  /** The incident whose caller is to be rung back (`C 0457`). */
  callingBack: string | null;
  callingOff: CallingOff | null;
}

const LANG_KEY = "dispatch.lang";
const THEME_KEY = "dispatch.theme";

export const useUi = create<UiStore>(() => ({
  ...addressOf(location.hash),
  draftWords: "",
  lang: localStorage.getItem(LANG_KEY) === "en" ? "en" : "vi",
  theme: localStorage.getItem(THEME_KEY) === "light" ? "light" : "dark",
  moving: null,
  lookAt: null,
  candidates: [],
  candidate: 0,
  offered: null,
  who: "",
  callingBack: null,
  callingOff: null,
}));

useUi.subscribe((state) => {
  const hash = hashOf(state);
  if (hash !== location.hash) history.replaceState(null, "", hash || location.pathname + location.search);
});

window.addEventListener("hashchange", () => useUi.setState(addressOf(location.hash)));

export function select(selection: Selection): void {
  useUi.setState({ selection, pane: "selection", moving: null, callingBack: null });
}

export function openNewReport(words = ""): void {
  useUi.setState({ pane: "new_report", draftWords: words });
}

/** Ask for another place of the incident in hand. */
export function movePlace(incidentId: string, text = ""): void {
  select({ kind: "incident", id: incidentId });
  useUi.setState({ moving: { incidentId, text } });
}

/** Show whom to ring back of an incident. */
export function callBack(incidentId: string): void {
  select({ kind: "incident", id: incidentId });
  useUi.setState({ callingBack: incidentId });
}

export function closePane(): void {
  useUi.setState({ pane: "selection", moving: null, callingBack: null });
}

/** Ask before an incident is cancelled or its units are recalled; what is in hand stays in hand. */
export function askCallOff(callingOff: CallingOff): void {
  useUi.setState({ callingOff });
}

export function closeCallOff(): void {
  useUi.setState({ callingOff: null });
}

/** Put a line into the command line, to be read, changed and sent by Enter. */
export function offerLine(line: string): void {
  useUi.setState((s) => ({ offered: { n: (s.offered?.n ?? 0) + 1, line } }));
}

export function setLang(lang: Lang): void {
  localStorage.setItem(LANG_KEY, lang);
  useUi.setState({ lang });
}

export function setTheme(theme: Theme): void {
  localStorage.setItem(THEME_KEY, theme);
  document.documentElement.dataset.theme = theme;
  useUi.setState({ theme });
}

/** Shows one place from near, several together. */
export function lookAt(...places: LonLat[]): void {
  useUi.setState((s) => ({ tab: "map", lookAt: { n: (s.lookAt?.n ?? 0) + 1, places } }));
}
