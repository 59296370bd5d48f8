/** What the replay shows: the instant, the rows of it, the stretch under the scrubber, selection and filters. */
import { create } from "zustand";

import { emptyState, type LiveState } from "../live/reducer";
import type { ErrorBody } from "../protocol";
import { NOWHERE, readAddress, type Address, type Speed, type View } from "./address";
import { NO_TRACKS, type Tracks } from "./tracks";
import type { Overview } from "./wire";

export type Tab = "units" | "incidents" | "roads";

export interface ReplayStore {
  atMs: number;
  playing: boolean;
  direction: 1 | -1;
  speed: Speed;
  fromMs: number;
  toMs: number;
  /** How far the log is known to reach. */
  presentMs: number;
  /** The rows at `atMs`, or those of an earlier instant while `waiting`. */
  live: LiveState;
  tracks: Tracks;
  waiting: boolean;
  /** Nothing was ever shown yet. */
  empty: boolean;
  trouble: ErrorBody | null;
  link: string | null;
  overview: Overview | null;
  /** Grows with every reel that has come. */
  reels: number;
  incidentId: string | null;
  unitId: string | null;
  without: ReadonlySet<string>;
  only: boolean;
  view: View | null;
  why: string;
  tab: Tab;
  dialog: "none" | "export" | "keys";
}

const WHY_KEY = "dispatch.replay.why";

function start(address: Address): ReplayStore {
  return {
    atMs: address.atMs ?? 0,
    playing: false,
    direction: 1,
    speed: address.speed,
    fromMs: address.fromMs ?? 0,
    toMs: address.toMs ?? 0,
    presentMs: 0,
    live: emptyState(),
    tracks: NO_TRACKS,
    waiting: true,
    empty: true,
    trouble: null,
    link: null,
    overview: null,
    reels: 0,
    incidentId: null,
    unitId: address.unit,
    without: new Set(address.without),
    only: address.only,
    view: address.view,
    why: sessionStorage.getItem(WHY_KEY) ?? "",
    tab: "units",
    dialog: "none",
  };
}

export const useReplay = create<ReplayStore>(() => start(typeof location === "undefined" ? NOWHERE : readAddress(location.search)));

export function setWhy(why: string): void {
  sessionStorage.setItem(WHY_KEY, why);
  useReplay.setState({ why });
}

export function addressOf(s: ReplayStore): Address {
  return {
    atMs: Math.round(s.atMs),
    fromMs: s.fromMs,
    toMs: s.toMs,
    incident: s.incidentId,
    unit: s.unitId,
    speed: s.speed,
    without: [...s.without].sort(),
    only: s.only,
    view: s.view,
  };
}

export function selectIncident(id: string | null): void {
  useReplay.setState((s) => ({ incidentId: id, only: id !== null && s.only }));
}

export function selectUnit(id: string | null): void {
  useReplay.setState({ unitId: id });
}

export function toggleAgency(id: string): void {
  useReplay.setState((s) => {
    const without = new Set(s.without);
    if (!without.delete(id)) without.add(id);
    return { without };
  });
}

export function openDialog(dialog: ReplayStore["dialog"]): void {
  useReplay.setState({ dialog });
}
