/** Everything a person arranged, in the address: a reload, a copied link or another window shows the same. Pure. */
export type Selection = { kind: "incident" | "report"; id: string } | null;
export type Pane = "selection" | "new_report" | "help" | "missed" | "who" | "alerts" | "roads";
export type Tab = "map" | "board";
/** A pane in a window of its own; null is the whole desk. */
export type Window = "queue" | "map" | "board" | null;

export interface MapView {
  lon: number;
  lat: number;
  zoom: number;
}

export interface Address {
  selection: Selection;
  pane: Pane;
  /** Agencies shown; null is the person's own. */
  agencies: readonly string[] | null;
  /** The board shows only units that are not free at their station. */
  busyOnly: boolean;
  tab: Tab;
  view: MapView | null;
  window: Window;
}

const PANES: ReadonlySet<string> = new Set(["help", "missed", "alerts", "roads"]);
const WINDOWS: ReadonlySet<string> = new Set(["queue", "map", "board"]);
const ID = /^[\w-]+$/;

function selectionOf(params: URLSearchParams): Selection {
  for (const kind of ["incident", "report"] as const) {
    const id = params.get(kind);
    if (id !== null && ID.test(id)) return { kind, id };
  }
  return null;
}

function viewOf(text: string | null): MapView | null {
  const [zoom, lat, lon] = (text ?? "").split("/").map(Number);
  if (zoom === undefined || lat === undefined || lon === undefined) return null;
  return [zoom, lat, lon].every(Number.isFinite) && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lon, lat, zoom } : null;
}

export function addressOf(hash: string): Address {
  const params = new URLSearchParams(hash.replace(/^#/, ""));
  const pane = params.get("pane") ?? "";
  const window = params.get("window") ?? "";
  const agencies = params.get("agencies");
  return {
    selection: selectionOf(params),
    pane: PANES.has(pane) ? (pane as Pane) : "selection",
    agencies: agencies === null ? null : agencies.split(",").filter((id) => ID.test(id)),
    busyOnly: params.get("units") === "busy",
    tab: params.get("tab") === "board" ? "board" : "map",
    view: viewOf(params.get("map")),
    window: WINDOWS.has(window) ? (window as Window) : null,
  };
}

/** Parts that stand as they do without an address are left out. */
export function hashOf(address: Address): string {
  const { selection, pane, agencies, busyOnly, tab, view, window } = address;
  const parts = [
    window !== null && `window=${window}`,
    selection !== null && `${selection.kind}=${selection.id}`,
    PANES.has(pane) && `pane=${pane}`,
    agencies !== null && `agencies=${agencies.join(",")}`,
    busyOnly && "units=busy",
    tab === "board" && "tab=board",
    view !== null && `map=${view.zoom.toFixed(2)}/${view.lat.toFixed(5)}/${view.lon.toFixed(5)}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? "" : `#${parts.join("&")}`;
}
