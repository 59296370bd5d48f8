/** What of the road conditions concerns the desk now. Pure. */
import type { RoadCondition, Unit } from "../protocol";
import { clockText, dateText } from "../ui/time";

/** Those not over: a crew's unconfirmed word first, then the newest. */
export function livingRoads(all: Iterable<RoadCondition>): RoadCondition[] {
  return [...all]
    .filter((road) => road.state !== "ended")
    .sort((a, b) => Number(a.confirmed) - Number(b.confirmed) || Date.parse(b.at) - Date.parse(a.at) || a.number - b.number);
}

/** The end one hour after the one it has, or the review after its own. */
export function oneHourMore(road: RoadCondition): { until: string } | { review_at: string } {
  const later = (at: string) => new Date(Date.parse(at) + 3_600_000).toISOString();
  return road.until !== null ? { until: later(road.until) } : { review_at: later(road.review_at ?? road.from_at) };
}

/** Whether it says what fits through a street: of one class of vehicle, at a point, for good. */
export function aboutFit(kind: string): boolean {
  return kind === "unfit" || kind === "fits";
}

/** The classes of vehicle that some unit has. */
export function classesOf(units: Iterable<Unit>): string[] {
  return [...new Set([...units].map((unit) => unit.vehicle_class))].sort();
}

/** What a depth in centimetres, or how many times as slow, may be: what the centre takes. */
export const FIGURES = { flood: { min: 1, max: 1000, step: 1 }, slow: { min: 1.1, max: 50, step: 0.1 } } as const;

/** Whether a depth or a factor can be reckoned with; a field left empty cannot. */
export function isUsable(kind: keyof typeof FIGURES, figure: number): boolean {
  return figure >= FIGURES[kind].min && figure <= FIGURES[kind].max;
}

/** "21:40", on another day than now "25/11 06:00": works on a street last for days. */
export function whenText(at: string, now: number): string {
  const time = clockText(at).slice(0, 5);
  const day = dateText(at);
  return day === dateText(now) ? time : `${day.slice(0, 5)} ${time}`;
}

/** "40 cm", "×3", or nothing for a closed street. */
export function muchOf(road: RoadCondition): string {
  if (road.kind === "flood") return `${Math.round(road.depth_m * 100)} cm`;
  return road.kind === "slow" ? `×${road.factor}` : "";
}
