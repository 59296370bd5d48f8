/** What the figures mean: which way is better, what a difference amounts to, and how it is written. */
import type { Figure, GeneratedDays, WardChange } from "./data";

export type Unit = "count" | "min" | "share" | "each";

export interface Measure {
  name: string;
  unit: Unit;
  /** -1: less is better; 1: more is; 0: neither way is. */
  better: -1 | 0 | 1;
}

export const MEASURES: readonly Measure[] = [
  { name: "calls", unit: "count", better: 0 },
  { name: "mean_min", unit: "min", better: -1 },
  { name: "p50_min", unit: "min", better: -1 },
  { name: "p90_min", unit: "min", better: -1 },
  { name: "worst_decile_area_mean_min", unit: "min", better: -1 },
  { name: "late_12", unit: "share", better: -1 },
  { name: "late_15", unit: "share", better: -1 },
  { name: "late_target", unit: "share", better: -1 },
  { name: "first_mean_min", unit: "min", better: -1 },
  { name: "p95_p1_min", unit: "min", better: -1 },
  { name: "unserved", unit: "count", better: -1 },
  { name: "trips_per_call", unit: "each", better: -1 },
  { name: "below_minimum", unit: "share", better: -1 },
  { name: "packages_mean_min", unit: "min", better: -1 },
  { name: "transport_mean_min", unit: "min", better: -1 },
  { name: "treated", unit: "share", better: 1 },
  { name: "crowd_most", unit: "count", better: -1 },
];

/** Measures of what not every city or agency has: hospitals, packages, a minimum that must stay. */
const SOMETIMES: ReadonlySet<string> = new Set(["below_minimum", "packages_mean_min", "transport_mean_min", "treated", "crowd_most"]);

/** Whether a row says anything: nothing on either side is no figure, where the measure may not apply. */
export const isTold = (name: string, figure: Figure): boolean => !SOMETIMES.has(name) || figure.policy !== 0 || figure.other !== 0;

export type Verdict = "better" | "worse" | "open" | "none";

/** Better or worse only where the interval leaves no doubt of the sign; one day alone says nothing of others. */
export function verdictOf({ difference, plus_minus: half }: Figure, better: -1 | 0 | 1): Verdict {
  if (better === 0 || half === null || (difference === 0 && half === 0)) return "none";
  if (Math.abs(difference) <= half) return "open";
  return difference * better > 0 ? "better" : "worse";
}

/** Minutes from which on a ward is shown as changed, and as much changed. */
export const STEPS_MIN = [0.5, 2] as const;

export type Shade = "better-2" | "better-1" | "same" | "worse-1" | "worse-2";
export const SHADES: readonly Shade[] = ["better-2", "better-1", "same", "worse-1", "worse-2"];

export function changeOf(ward: WardChange): number {
  return ward.policy_min - ward.other_min;
}

export function shadeOf(change: number): Shade {
  const size = Math.abs(change) >= STEPS_MIN[1] ? 2 : 1;
  if (Math.abs(change) < STEPS_MIN[0]) return "same";
  return change < 0 ? `better-${size}` : `worse-${size}`;
}

/** Fewer incidents than this say nothing of a ward: it is drawn, but stands in no list. */
export const ENOUGH = 5;

/** Wards that changed most in one direction, the most first. */
export function listMost(wards: readonly WardChange[], sign: -1 | 1, count: number): WardChange[] {
  return wards
    .filter((ward) => ward.incidents >= ENOUGH && sign * changeOf(ward) >= STEPS_MIN[0])
    .sort((a, b) => sign * (changeOf(b) - changeOf(a)))
    .slice(0, count);
}

const DIGITS: Record<Unit, number> = { count: 1, min: 2, share: 1, each: 2 };

/** 7.9 → "7,90"; a share 0.163 → "16,3 %"; a whole count has no decimals. */
export function valueText(value: number, unit: Unit, lang: string): string {
  const shown = unit === "share" ? 100 * value : value;
  const digits = unit === "count" && Number.isInteger(value) ? 0 : DIGITS[unit];
  const text = shown.toLocaleString(lang === "vi" ? "vi-VN" : "en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit === "share" ? `${text} %` : text;
}

/** With its sign; nothing changed is ±0. That of shares is in points. */
export function differenceText(value: number, unit: Unit, lang: string): string {
  const text = valueText(Math.abs(value), unit, lang).replace(" %", "");
  if (!/[1-9]/.test(text)) return `±${text}`;
  return `${value < 0 ? "−" : "+"}${text}`;
}

/** About how many incidents all days will have. */
export function incidentsOf(day: GeneratedDays): number {
  return Math.round(day.days * (day.hours * day.per_hour + day.burst));
}
