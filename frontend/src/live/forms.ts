/** Forms and what they look back at, over HTTP. */
import type { Duplicate, LonLat, Past } from "../protocol";
import { ask, write } from "./http";

export interface ToldForm {
  phone: string;
  heard: string;
  label: string;
  level: string;
  ward: string;
  ward_code: string;
  lon_lat: LonLat | null;
  radius_m: number | null;
  type_code: string | null;
  report_id: string | null;
  incident_id: string | null;
}

export interface KeptForm {
  id: string;
  user_id: string;
  user_name: string;
  saved_at: string;
  body: Record<string, unknown>;
}

const path = (id: string) => `/api/drafts/${encodeURIComponent(id)}`;

export const formsApi = {
  save: (id: string, agencyId: string, body: object, take: boolean) =>
    write<{ saved_at: string }>("PUT", path(id), { agency_id: agencyId, body, take }),
  read: (id: string) => ask<KeptForm>(path(id)),
  drop: (id: string) => write<undefined>("DELETE", path(id), {}),
  duplicates: (told: ToldForm, signal: AbortSignal) =>
    write<{ duplicates: Duplicate[] }>("POST", "/api/duplicates", told, signal).then((answer) => answer.duplicates),
  history: (told: ToldForm, signal: AbortSignal) => write<Past>("POST", "/api/history", told, signal),
};
