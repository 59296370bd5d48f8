/** What this person looks at: selection, pane, language, theme. The selection moves only by their hand. */
import { create } from "zustand";

export type Selection = { kind: "incident" | "report"; id: string } | null;
export type Pane = "selection" | "new_report" | "help";
export type Lang = "vi" | "en";
export type Theme = "dark" | "light";

export interface UiStore {
  selection: Selection;
  pane: Pane;
  /** Words that the new report form begins with (`N chay nha`). */
  draftWords: string;
  lang: Lang;
  theme: Theme;
  allAgencies: boolean;
  /** The incident whose place is being changed, and the words to search with. */
  moving: { incidentId: string; text: string } | null;
  /** Where the map is asked to look; grows `n` so that the same place can be asked for twice. */
  lookAt: { n: number; lonLat: [number, number] } | null;
}

const LANG_KEY = "dispatch.lang";
const THEME_KEY = "dispatch.theme";

/** `#incident=<id>` or `#report=<id>`: a reload or a copied address shows the same thing. */
export function selectionOfHash(hash: string): Selection {
  const [, kind, id] = /^#(incident|report)=([\w-]+)$/.exec(hash) ?? [];
  if (id === undefined) return null;
  return { kind: kind === "report" ? "report" : "incident", id };
}

export function hashOfSelection(selection: Selection): string {
  return selection === null ? "" : `#${selection.kind}=${selection.id}`;
}

export const useUi = create<UiStore>(() => ({
  selection: selectionOfHash(location.hash),
  pane: "selection",
  draftWords: "",
  lang: localStorage.getItem(LANG_KEY) === "en" ? "en" : "vi",
  theme: localStorage.getItem(THEME_KEY) === "light" ? "light" : "dark",
  allAgencies: false,
  moving: null,
  lookAt: null,
}));

export function select(selection: Selection): void {
  history.replaceState(null, "", hashOfSelection(selection) || location.pathname);
  useUi.setState({ selection, pane: "selection", moving: null });
}

export function openNewReport(words = ""): void {
  useUi.setState({ pane: "new_report", draftWords: words });
}

/** Ask for another place of the incident in hand. */
export function movePlace(incidentId: string, text = ""): void {
  select({ kind: "incident", id: incidentId });
  useUi.setState({ moving: { incidentId, text } });
}

export function closePane(): void {
  useUi.setState({ pane: "selection", moving: null });
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

export function lookAt(lonLat: [number, number]): void {
  useUi.setState((s) => ({ lookAt: { n: (s.lookAt?.n ?? 0) + 1, lonLat } }));
}
