/** Other ways than the fastest: how they are told, which one was taken, and for how long it holds. Pure. */
import type { LonLat, TakenWay, Way } from "../protocol";
import { isPast, offWayM } from "./offWay";

/** So far from the line, and moved since it was asked for, the crew drives another way: the fix may be 20 m off. */
const OFF_WAY_M = 60;
const MOVED_M = 40;

/** What the device keeps of a way: for which order and place it was asked, and which one was taken. */
export interface KeptWay {
  readonly key: string;
  readonly way: Way;
  readonly taken: TakenWay | null;
}

export interface OtherWay {
  readonly way: Way;
  /** Whole minutes later than the fastest; 0 is about as soon. */
  readonly laterMin: number;
  readonly best: boolean;
}

/** All ways of an answer, the fastest first. */
export function waysOf(answer: Way): OtherWay[] {
  return [answer, ...answer.alternatives].map((way) => ({
    way,
    laterMin: Math.round((way.travel_s - answer.travel_s) / 60),
    best: way === answer,
  }));
}

/** What is remembered of a way that was taken out of an answer; nothing of the fastest. */
export function takenOf(answer: Way, way: Way): TakenWay | null {
  return way.via === null ? null : { via: way.via, slower_s: Math.max(0, way.travel_s - answer.travel_s), over: way.over };
}

/** What is kept once an answer has come: where the way taken is closed or far slower by now, it is the fastest's. */
export function withAnswer(key: string, way: Way, taken: TakenWay | null): KeptWay {
  return { key, way, taken: way.via === null ? null : taken };
}

/** Whether a crew drives another way than it was told. */
export function hasStrayed(way: Way, own: LonLat, movedM: number): boolean {
  return !way.degraded && movedM > MOVED_M && offWayM(way.lon_lats, own) > OFF_WAY_M;
}

/** Whether the choice is over: another way is driven, or its junction lies behind, from where on it is the fastest. */
export function isChoiceOver({ way, taken }: KeptWay, own: LonLat, movedM: number): boolean {
  return taken !== null && (hasStrayed(way, own, movedM) || isPast(way.lon_lats, taken.via, own));
}
