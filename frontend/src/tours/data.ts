/** Plans of tours as the centre tells them, and the tables that are asked with. */
import type { AskedWork } from "../asked/run";
import { write } from "../live/http";
import type { ErrorBody, LonLat } from "../protocol";

export interface Tables {
  day: string;
  vehicles: string;
  jobs: string;
  hour: number | null;
  seconds: number;
}

export type TableName = "vehicles" | "jobs";

export interface Fault {
  table: TableName;
  line: number;
  column: string;
  vi: string;
  en: string;
}

export interface Run extends AskedWork {
  day: string;
  vehicles: number;
  jobs: number;
}

export interface Stop {
  what: "pickup" | "delivery" | "visit";
  job: string;
  at: LonLat;
  arrives: string;
  begins: string;
  leaves: string;
  place: string;
}

export interface Tour {
  vehicle: string;
  begins: string;
  ends: string;
  drive_min: number;
  stops: Stop[];
  way: LonLat[];
}

export interface LeftOut {
  job: string;
  why: string;
  vi: string;
  en: string;
}

export interface Plan {
  day: string;
  solver: string;
  drive_min: number;
  tours: Tour[];
  left_out: LeftOut[];
}

export const NEWEST = "/api/tours";
export const pathOf = (id: string): string => `${NEWEST}/${encodeURIComponent(id)}`;

/** Many places take the centre a while to look up. */
const PATIENCE_MS = 120_000;

export const askFor = (tables: Tables): Promise<Run> => write<Run>("POST", NEWEST, tables, AbortSignal.timeout(PATIENCE_MS));
/** Ends what is open, takes away what has ended. */
export const remove = (id: string): Promise<unknown> => write("DELETE", pathOf(id), {});

export function faultsOf(error: ErrorBody | null): Fault[] {
  return error?.code === "tours_unreadable" ? (error.data.faults as Fault[]) : [];
}

/** "25:40:10" is twenty to two on the day after. */
export function hourText(clock: string): string {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  const later = Math.floor(hours / 24);
  return `${String(hours % 24).padStart(2, "0")}:${String(minutes).padStart(2, "0")}${later > 0 ? ` +${later}` : ""}`;
}

/** Jobs that are done: a transport has two stops. */
export const countDone = (plan: Plan): number => new Set(plan.tours.flatMap((tour) => tour.stops.map((stop) => stop.job))).size;

/** A spreadsheet takes what begins so for something to be computed. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(text: string): string {
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/** The plan as a table: a row for every stop, then one for every job that nobody does. */
export function csvOf(plan: Plan, head: readonly string[], whatOf: (what: string) => string, whyOf: (left: LeftOut) => string): string {
  const stops = plan.tours.flatMap((tour) =>
    tour.stops.map((stop, n) => [tour.vehicle, String(n + 1), whatOf(stop.what), stop.job, stop.place, hourText(stop.arrives), hourText(stop.begins), hourText(stop.leaves), String(stop.at[0]), String(stop.at[1])]),
  );
  const left = plan.left_out.map((one) => ["", "", whyOf(one), one.job, "", "", "", "", "", ""]);
  // Spreadsheets read the letters of Vietnamese only behind this mark.
  return `\uFEFF${[head, ...stops, ...left].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** Told apart by number too, so that hue is never alone; all bear dark letters. */
const COLOURS = ["#56b4e9", "#e69f00", "#00b386", "#f0e442", "#d98cb8", "#ff7a3d", "#9db4ff", "#b5d33d"];
export const colourOf = (n: number): string => COLOURS[n % COLOURS.length] ?? "#56b4e9";
