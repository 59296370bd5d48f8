/** Comparisons as the centre tells them, and the questions that are asked of it. */
import type { AskedWork } from "../asked/run";
import { write } from "../live/http";

export interface GeneratedDays {
  kind: "generated";
  seed: number;
  days: number;
  hours: number;
  per_hour: number;
  rain: boolean;
  flood: number;
  burst: number;
  mass_casualty: boolean;
}

export interface RecordedHours {
  kind: "recorded";
  start: string;
  hours: number;
}

export interface Question {
  day: GeneratedDays | RecordedHours;
  agencies: string[];
  policy: string;
  other: string;
}

export interface Options {
  policies: string[];
  agencies: string[];
  live: Record<string, string>;
  aims: Record<string, { within_s: number; source: string; edition: string }>;
  days: { day: string; incidents: number }[];
  most_incidents: number;
}

export interface Run extends AskedWork {
  question: Question;
  share: number;
}

export interface Figure {
  policy: number;
  other: number;
  difference: number;
  plus_minus: number | null;
}

export interface WardChange {
  code: string;
  name: string;
  incidents: number;
  policy_min: number;
  other_min: number;
}

export interface IncidentChange {
  number: string;
  type_code: string;
  priority: number;
  policy_min: number;
  other_min: number;
  policy_units: string[];
  other_units: string[];
}

export interface AgencyComparison {
  figures: Record<string, Figure>;
  target_min: number | null;
  sooner: number;
  later: number;
  same: number;
  wards: WardChange[];
  incidents: IncidentChange[];
}

export interface Comparison {
  days: number;
  incidents: number;
  left_out: number;
  agencies: Record<string, AgencyComparison>;
  /** From when to when the day reaches that can be played as either side would have had it. */
  told?: [string, string] | null;
}

export const SIDES = ["a", "b"] as const;
export type Side = (typeof SIDES)[number];

export const policyOf = (run: Run, side: Side): string => (side === "a" ? run.question.policy : run.question.other);

/** The player of what was only simulated. */
export const playOf = (run: Run, side: Side, params: Record<string, string>): string =>
  `/replay/what-if/${run.id}/${side}?${new URLSearchParams(params).toString()}`;

const PATH = "/api/comparisons";

export const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;
export const OPTIONS = `${PATH}/options`;
export const NEWEST = PATH;

export const askFor = (question: Question): Promise<Run> => write<Run>("POST", PATH, question);
export const cancel = (id: string): Promise<Run> => write<Run>("DELETE", pathOf(id), {});
