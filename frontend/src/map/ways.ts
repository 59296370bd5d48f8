/** The ways of the units of the incident in hand: asked of the centre once for each, drawn until they are old. */
import { api } from "../live/http";
import { positions } from "../live/positions";
import type { Rows } from "../live/reducer";
import { useCentre } from "../live/store";
import type { LonLat, Unit, Way } from "../protocol";
import { legsOf } from "../state/queue";
import { useUi } from "../state/ui";

export interface DrawnWay {
  unitId: string;
  way: Way;
  /** Not accepted yet: dotted grey. */
  proposed: boolean;
}

interface Wanted {
  unit: Unit;
  from: LonLat;
  to: LonLat;
  proposed: boolean;
  /** When it is expected, if that was told anew: then its way may be another one. */
  etaAt: string | null;
}

const MOVING: ReadonlySet<string> = new Set(["dispatched", "received", "en_route"]);
const AGAIN_MS = 60_000;
const AT_MOST = 12;
/** After the roads changed the planner needs a moment; then every way is asked for anew. */
const ROADS_MS = 1_000;

/** Whether it is still on its way to where it was sent. */
export const isUnderWay = (unit: Pick<Unit, "phase">): boolean => MOVING.has(unit.phase);

/** Where a unit sets out from, or is. */
export function whereIs(rows: Rows, unit: Unit): LonLat | undefined {
  const station = rows.station.get(unit.station_id)?.lon_lat;
  return unit.in_quarters ? station : (positions.find(unit.id)?.lonLat ?? station);
}

/** Where an incident is and where the units stand that are offered to it, or `coming`: those on their way too. Of
 * units that stand nowhere known nothing. */
export function placesOf(rows: Rows, incidentId: string, coming: boolean): LonLat[] {
  const wanted = wantedOf(rows, incidentId).filter(({ proposed }) => proposed || coming);
  const place = rows.incident.get(incidentId)?.place.lon_lat;
  return place ? [place, ...wanted.map(({ from }) => from)] : [];
}

function wantedOf(rows: Rows, incidentId: string): Wanted[] {
  const incident = rows.incident.get(incidentId);
  const to = incident?.place.lon_lat;
  if (incident?.state !== "open" || !to) return [];
  const going = legsOf(rows, incident).flatMap((leg) =>
    leg.assignment_ids.flatMap((id) => {
      const assignment = rows.assignment.get(id);
      return assignment?.state === "active" ? [assignment] : [];
    }),
  );
  const proposed = rows.recommendation.get(incidentId)?.proposed.map((p) => p.unit_id) ?? [];
  return [...going.map((a) => [a.unit_id, false, a.eta_at] as const), ...proposed.map((id) => [id, true, null] as const)]
    .flatMap(([id, isProposed, etaAt]): Wanted[] => {
      const unit = rows.unit.get(id);
      const from = unit && whereIs(rows, unit);
      if (unit === undefined || from === undefined) return [];
      if (isProposed ? unit.assignment_id !== null : !isUnderWay(unit)) return [];
      return [{ unit, from, to, proposed: isProposed, etaAt }];
    })
    .slice(0, AT_MOST);
}

/** Keeps the ways of the selected incident; tells when there is something new to draw. */
export class Ways {
  private known = new Map<string, { way: Way; at: number; etaAt: string | null }>();
  private asked = new Set<string>();
  private wanted: Wanted[] = [];
  private forgetting: number | undefined = undefined;
  private readonly undo: (() => void)[];

  constructor(private readonly onChange: () => void) {
    const look = () => this.look();
    this.undo = [
      useUi.subscribe((s, before) => s.selection !== before.selection && look()),
      useCentre.subscribe((s, before) => s.live.rows !== before.live.rows && look()),
      useCentre.subscribe((s, before) => s.live.rows.road_condition !== before.live.rows.road_condition && this.forgetSoon()),
      () => window.clearTimeout(this.forgetting),
    ];
    look();
  }

  remove(): void {
    for (const undo of this.undo) undo();
  }

  list(): DrawnWay[] {
    return this.wanted.flatMap((wanted) => {
      const known = this.known.get(keyOf(wanted));
      return known ? [{ unitId: wanted.unit.id, way: known.way, proposed: wanted.proposed }] : [];
    });
  }

  private forgetSoon(): void {
    window.clearTimeout(this.forgetting);
    this.forgetting = window.setTimeout(() => {
      for (const known of this.known.values()) known.at = 0;
      this.look();
    }, ROADS_MS);
  }

  private look(): void {
    const { selection } = useUi.getState();
    const rows = useCentre.getState().live.rows;
    this.wanted = selection?.kind === "incident" ? wantedOf(rows, selection.id) : [];
    for (const wanted of this.wanted) this.ask(wanted);
    this.onChange();
  }

  private ask(wanted: Wanted): void {
    const key = keyOf(wanted);
    const known = this.known.get(key);
    if (this.asked.has(key) || (known?.etaAt === wanted.etaAt && Date.now() - known.at < AGAIN_MS)) return;
    this.asked.add(key);
    api.way({ from: wanted.from, to: wanted.to, vehicleClass: wanted.unit.vehicle_class, hot: true }).then(
      (way) => {
        this.known.set(key, { way, at: Date.now(), etaAt: wanted.etaAt });
        this.onChange();
      },
      () => undefined, // a map without this line is still a map
    ).finally(() => this.asked.delete(key));
  }
}

function keyOf({ unit, to, proposed }: Wanted): string {
  return `${unit.id}/${to.join()}/${proposed ? "proposed" : (unit.assignment_id ?? "")}`;
}
