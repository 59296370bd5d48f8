/** The pages of the centre: where each stands, who works at it, and whether it shares the console's link. */
import type { ComponentType } from "react";

import { CHIEFS, LOOKS_BACK } from "./replay/roles";

export interface PageOfCentre {
  path: string;
  /** `console`: /ws/console is connected before the page is shown. `own`: the page opens its own link. */
  link: "console" | "own";
  /** Keeps what it knows on the device, and opens with it when the centre cannot be asked. */
  alone?: boolean;
  roles: ReadonlySet<string>;
  /** Its code with its words: one chunk for each page, so that none waits for another's. */
  load: () => Promise<{ default: ComponentType }>;
}

const ROOM = new Set(["call_taker", "dispatcher", "commander", "supervisor", "administrator"]);

export const CONSOLE: PageOfCentre = { path: "/", link: "console", roles: ROOM, load: () => import("./panels/console") };

const REPLAY: PageOfCentre = { path: "/replay", link: "own", roles: LOOKS_BACK, load: () => import("./replay") };

const SUPERVISOR: PageOfCentre = { path: "/supervisor", link: "console", roles: CHIEFS, load: () => import("./supervisor") };

const COMPARE: PageOfCentre = { path: "/compare", link: "console", roles: new Set(["supervisor", "administrator"]), load: () => import("./compare") };

const TOURS: PageOfCentre = { ...COMPARE, path: "/tours", load: () => import("./tours") };

const PLACES: PageOfCentre = { ...COMPARE, path: "/places", load: () => import("./places") };

const WALL: PageOfCentre = { path: "/wall", link: "console", roles: ROOM, load: () => import("./wall") };

const HANDOVER: PageOfCentre = { path: "/handover", link: "console", roles: ROOM, load: () => import("./handover") };

const FIELD: PageOfCentre = { path: "/field", link: "own", alone: true, roles: new Set(["unit"]), load: () => import("./field") };

const STATION: PageOfCentre = { path: "/station", link: "own", alone: true, roles: new Set(["station"]), load: () => import("./station") };

export const PAGES: readonly PageOfCentre[] = [CONSOLE, FIELD, STATION, REPLAY, SUPERVISOR, COMPARE, TOURS, PLACES, WALL, HANDOVER];

/** The page of an address; an unknown one is the console's. What was only simulated is played like the past. */
export function pageOf(path: string): PageOfCentre {
  return PAGES.find((page) => page.path === path.replace(/\/what-if\/.*|\/+$/, "")) ?? CONSOLE;
}

/** Where somebody of this role belongs; null for a role without a page. */
export function homeOf(role: string): PageOfCentre | null {
  return PAGES.find((page) => page.roles.has(role)) ?? null;
}
