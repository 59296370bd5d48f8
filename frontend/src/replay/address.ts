/** What a replay's address holds: a reload or a copied link gives the same picture. Pure. */
export const SPEEDS = [1, 2, 5, 10, 30, 60] as const;
export type Speed = (typeof SPEEDS)[number];

export interface View {
  lon: number;
  lat: number;
  zoom: number;
}

export interface Address {
  /** The instant shown, ms since 1970; null: the beginning of the stretch. */
  atMs: number | null;
  /** The stretch under the scrubber; null where the page chooses. */
  fromMs: number | null;
  toMs: number | null;
  /** Id or number. */
  incident: string | null;
  unit: string | null;
  speed: Speed;
  /** Agencies left out of lists and map. */
  without: string[];
  /** Only what tells of the chosen incident. */
  only: boolean;
  view: View | null;
}

export const NOWHERE: Address = {
  atMs: null, fromMs: null, toMs: null, incident: null, unit: null, speed: 5, without: [], only: false, view: null,
};

function instant(text: string | null): number | null {
  if (text === null) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

function viewOf(text: string | null): View | null {
  const [lon, lat, zoom] = (text ?? "").split(",").map(Number);
  if (lon === undefined || lat === undefined || zoom === undefined) return null;
  return [lon, lat, zoom].every(Number.isFinite) && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lon, lat, zoom } : null;
}

function word(text: string | null): string | null {
  return text !== null && /^[\w.-]{1,64}$/.test(text) ? text : null;
}

export function readAddress(search: string): Address {
  const params = new URLSearchParams(search);
  const speed = Number(params.get("speed"));
  return {
    atMs: instant(params.get("at")),
    fromMs: instant(params.get("from")),
    toMs: instant(params.get("to")),
    incident: word(params.get("incident")),
    unit: word(params.get("unit")),
    speed: SPEEDS.find((known) => known === speed) ?? NOWHERE.speed,
    without: (params.get("without") ?? "").split(",").filter((id) => /^\w{1,16}$/.test(id)),
    only: params.get("only") === "1",
    view: viewOf(params.get("map")),
  };
}

export function writeAddress(address: Address): string {
  const params = new URLSearchParams();
  const put = (name: string, value: string | null) => value !== null && value !== "" && params.set(name, value);
  put("at", address.atMs === null ? null : new Date(address.atMs).toISOString());
  put("from", address.fromMs === null ? null : new Date(address.fromMs).toISOString());
  put("to", address.toMs === null ? null : new Date(address.toMs).toISOString());
  put("incident", address.incident);
  put("unit", address.unit);
  put("speed", address.speed === NOWHERE.speed ? null : String(address.speed));
  put("without", address.without.join(","));
  put("only", address.only ? "1" : null);
  const { view } = address;
  put("map", view === null ? null : `${view.lon.toFixed(5)},${view.lat.toFixed(5)},${view.zoom.toFixed(2)}`);
  const text = params.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
  return text === "" ? "" : `?${text}`;
}

const OFFSET = "+07:00";

function localDay(ms: number): string {
  return new Date(ms + 7 * 3_600_000).toISOString().slice(0, 10);
}

/**
 * A typed time in Asia/Ho_Chi_Minh near an instant: 18:40, 184052, 18:40:52,4, 22/11 18:40, 22/11/2026 18:40:52.
 * Null when it is no time. Without a day the day of `nearMs` is meant.
 */
export function readTyped(text: string, nearMs: number): number | null {
  const found =
    /^(?:(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?[\sT]+)?(\d{1,2})[:hH.]?(\d{2})(?:[:m.]?(\d{2})(?:[.,](\d{1,3}))?)?$/.exec(text.trim());
  if (found === null) return null;
  const [, day, month, year, hour = "", minute = "", second = "0", fraction = "0"] = found;
  const near = localDay(nearMs);
  const two = (digits: string) => digits.padStart(2, "0");
  const date = day === undefined ? near : `${year ?? near.slice(0, 4)}-${two(month ?? "")}-${two(day)}`;
  const ms = Date.parse(`${date}T${two(hour)}:${two(minute)}:${two(second)}.${fraction.padEnd(3, "0")}${OFFSET}`);
  // The parser takes 31/02 for early March.
  return Number.isNaN(ms) || localDay(ms) !== date ? null : ms;
}
