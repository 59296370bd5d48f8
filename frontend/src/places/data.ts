/** Learnt addresses as the centre tells them, what is asked of it, and positions as people type them. */
import { ApiProblem, csrfToken, write } from "../live/http";
import type { ErrorBody, LonLat } from "../protocol";

export interface Origin {
  incident_id: string;
  number: string;
  at: string;
}

interface Learnt {
  id: number;
  number: string;
  street: string;
  ward: string;
  lon: number;
  lat: number;
  source: string;
  trust: number;
  learnt_at: string;
  ref: string;
  origin: Origin | null;
}

/** A number that the next question finds, unless it is far from every street of its name (`shown` false). */
export interface KnownNumber extends Learnt {
  shown: boolean;
}

export type Act = "corrected" | "forgotten" | "replaced" | "refused";

/** What a number was before, or what was turned away; `stands` is where it stood from then on. */
export interface PastNumber extends Learnt {
  act: Act;
  at: string;
  by: string;
  why: string;
  stands: LonLat | null;
  moved_m: number | null;
  now_id: number | null;
}

export interface NumberPage {
  numbers: KnownNumber[];
  total: number;
  /** Known by their ward alone, whatever was asked for. */
  listed: number;
  unread: boolean;
}

export interface PastPage {
  past: PastNumber[];
  unread: boolean;
}

export interface Changed {
  id: number;
  street: string;
  path: string;
  was: LonLat;
  stands: LonLat | null;
  shown: boolean;
}

export const SOURCES = ["arrival", "call-taker", "corrected", "file"] as const;
export type Source = "" | (typeof SOURCES)[number];
export const PAGE = 50;

const HOME = "/api/learnt";

/** Where a page of one of the two lists is asked for; `before` is the last id of the page before it. */
export function pathOf(past: boolean, words: string, source: Source, before: number | null): string {
  const query = new URLSearchParams({ words });
  if (!past && source !== "") query.set("source", source);
  if (before !== null) query.set("before", String(before));
  return `${HOME}${past ? "/past" : ""}?${query.toString()}`;
}

export const correct = (id: number, [lon, lat]: LonLat, why: string): Promise<Changed> =>
  write<Changed>("POST", `${HOME}/${id}/correct`, { lon, lat, why });
export const forget = (id: number, why: string): Promise<Changed> => write<Changed>("POST", `${HOME}/${id}/forget`, { why });
export const restore = (pastId: number): Promise<Changed> => write<Changed>("POST", `${HOME}/past/${pastId}/restore`, {});

const EXPORT_MS = 120_000;

/** All of it as the command line writes it. Rejects with ApiProblem. */
export async function exportAll(): Promise<Blob> {
  const init = { method: "POST", headers: { "X-CSRF-Token": csrfToken() }, signal: AbortSignal.timeout(EXPORT_MS) };
  const response = await fetch(`${HOME}/export`, init);
  if (!response.ok) throw new ApiProblem(response.status, ((await response.json()) as { error: ErrorBody }).error);
  return response.blob();
}

/** What kind of source it is: a file bears the name that it was imported under. */
export const kindOf = (source: string): (typeof SOURCES)[number] => SOURCES.find((one) => one === source) ?? "file";

/** "10.77690, 106.70090": latitude first, as maps and people say it. */
export const lonLatText = ([lon, lat]: LonLat): string => `${lat.toFixed(6)}, ${lon.toFixed(6)}`;

const FIGURES = /[-+]?\d+(?:[.,]\d+)?/g;

/**
 * A position as it was typed or pasted: latitude and longitude, in degrees, with comma or point ("10,7769 106,7009"), also
 * out of a map's link. Where only one order lies within `bounds` (west, south, east, north) that one is meant; null where
 * neither is.
 */
export function readLonLat(text: string, [west, south, east, north]: readonly [number, number, number, number]): LonLat | null {
  const inside = ([lon, lat]: LonLat): boolean => lon >= west && lon <= east && lat >= south && lat <= north;
  const found = [...text.matchAll(FIGURES)].map(([figure]) => Number(figure.replace(",", ".")));
  for (let n = 0; n + 1 < found.length; n += 1) {
    const [a, b] = [found[n] ?? 0, found[n + 1] ?? 0];
    const pair = ([[b, a], [a, b]] as LonLat[]).find(inside);
    if (pair !== undefined) return pair;
  }
  return null;
}

/** Metres on the ground to degrees, near a latitude. */
export function shifted([lon, lat]: LonLat, eastM: number, northM: number): LonLat {
  const perLat = 111_195;
  return [lon + eastM / (perLat * Math.cos((lat * Math.PI) / 180)), lat + northM / perLat];
}
