/** Selectors that parts of the page share. */
import { useMemo } from "react";
import { useShallow } from "zustand/react/shallow";

import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import type { Incident } from "../protocol";
import { deviceName } from "../ui/names";
import { indexOf, passesLine, type Filter, type Index } from "./look";
import { linesAround } from "./player";
import type { ReelLine } from "./reel";
import { REEL_MS, reelOf } from "./reels";
import { useReplay } from "./store";

/** The instant shown; while it plays cut down to so many milliseconds, so that whoever asks is drawn anew only
 *  when that changes. Standing still it is exact: what is read off then may be evidence. */
export function usePlayhead(everyMs: number): number {
  return useReplay((s) => (s.playing ? Math.floor(s.atMs / everyMs) * everyMs : s.atMs));
}

export function useFilter(): Filter {
  return useReplay(useShallow((s) => ({ without: s.without, only: s.only ? s.incidentId : null })));
}

/** What the centre does by itself. */
const CENTRE: ReadonlySet<string> = new Set(["centre", "system", "timers"]);

/** Who did all that was only simulated. */
const SIMULATION = "simulation";

const NO_LANES: never[] = [];

/** The lines of what is fetched around the playhead that pass the filters, and what they refer to. */
export function useLines(): { lines: readonly ReelLine[]; index: Index } {
  const reel = useReplay((s) => reelOf(s.atMs));
  const reels = useReplay((s) => s.reels);
  const filter = useFilter();
  const lanes = useReplay((s) => s.overview?.lanes ?? NO_LANES);
  const all = useMemo(() => (reels < 0 ? [] : linesAround(reel * REEL_MS)), [reel, reels]);
  const rows = useReplay((s) => s.live.rows);
  const index = useMemo(() => indexOf(all, rows, lanes), [all, rows, lanes]);
  const lines = useMemo(() => {
    if (filter.only === null && filter.without.size === 0) return all;
    return all.filter(({ line }) => passesLine(line, index, rows, filter));
  }, [all, index, rows, filter]);
  return { lines, index };
}

/** Names of those who acted, as known at the instant shown. */
export function useNamesThen(): (actorId: string) => string {
  const { t } = useTranslation();
  const me = useCentre((s) => s.me);
  const people = useReplay((s) => s.live.rows.person);
  const units = useReplay((s) => s.live.rows.unit);
  const seats = useReplay((s) => s.live.rows.seat);
  return (actorId) => {
    if (CENTRE.has(actorId)) return t("actor.centre");
    if (actorId === SIMULATION) return t("replay.by_simulation");
    const person = people.get(actorId)?.name ?? units.get(actorId.replace(/^demo-/, ""))?.call_sign;
    if (person !== undefined) return person;
    for (const seat of seats.values()) if (seat.user_id === actorId) return seat.user_name;
    return actorId === me?.id ? me.name : (deviceName(actorId, t) ?? actorId);
  };
}

export function useChosen(): Incident | undefined {
  return useReplay((s) => (s.incidentId === null ? undefined : s.live.rows.incident.get(s.incidentId)));
}
