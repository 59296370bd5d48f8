/** Incidents and moving units, drawn on a canvas of their own over the map: 4 Hz must not touch the map's GL. */
import { t } from "../i18n";
import type { LonLat, PlaceCandidate, Unit, Way } from "../protocol";
import { freshness } from "../live/freshness";
import type { Position } from "../live/positions";
import type { Rows } from "../live/reducer";
import { isLiving } from "../state/calls";
import { letteredWays } from "../state/otherWays";
import type { Offer } from "../state/recommendation";
import { shapeOf } from "../ui/shapes";
import { ageText } from "../ui/time";
import type { Sheet, Sight } from "./marks";
import type { Pin, Project } from "./overlay";
import { drawRoads } from "./roadMarks";
import type { DrawnWay } from "./ways";

const M_PER_DEGREE = 111_320;

export interface Scene {
  rows: Rows;
  sights: readonly Sight[];
  ways: readonly DrawnWay[];
  /** The fastest and the other ways of a unit, if somebody asked to see them. */
  others?: Way | null;
  selectedIncident: string | null;
  /** Who the selected incident is offered, by unit. */
  offers?: ReadonlyMap<string, Offer>;
  /** The neighbour whose unit it is. */
  neighbourOf?: (unit: Unit) => string | undefined;
  /** Places offered for what was heard, numbered as in their list; `candidate` is the one being looked at. */
  candidates: readonly PlaceCandidate[];
  candidate: number;
}

/** Where each unit is thought to be: its last position, or its station while in quarters. */
export function sightsOf(rows: Rows, find: (unitId: string) => Position | undefined, nowMs: number): Sight[] {
  const sights: Sight[] = [];
  for (const unit of rows.unit.values()) {
    const position = find(unit.id);
    const station = rows.station.get(unit.station_id);
    const at = unit.in_quarters ? (station?.lon_lat ?? position?.lonLat) : position?.lonLat;
    if (at === undefined) continue;
    const ageS = position === undefined ? null : (nowMs - position.at) / 1000;
    sights.push({ unit, at, ageS, freshness: freshness(unit.phase, unit.in_quarters, ageS) });
  }
  return sights;
}

/** Index of the point of a way nearest to where its unit is: what lies before it is travelled. */
function reached(points: readonly { x: number; y: number }[], at: { x: number; y: number } | undefined): number {
  if (at === undefined) return 0;
  const square = (p: { x: number; y: number }) => (p.x - at.x) ** 2 + (p.y - at.y) ** 2;
  return points.reduce((best, p, i) => (square(p) < square(points[best] ?? p) ? i : best), 0);
}

function drawWays(sheet: Sheet, scene: Scene, project: Project): void {
  const { g, token } = sheet;
  const drawn = new Set(scene.ways.map(({ unitId }) => unitId));
  const sights = new Map(scene.sights.filter(({ unit }) => drawn.has(unit.id)).map((sight) => [sight.unit.id, sight]));
  for (const { unitId, way, proposed } of scene.ways) {
    const points = way.lon_lats.map(project);
    if (proposed) {
      g.setLineDash([2, 6]);
      sheet.stroke(points, 2, token("--ink-3"));
      g.setLineDash([]);
      continue;
    }
    const sight = sights.get(unitId);
    const from = reached(points, sight && project(sight.at));
    const colour = token(shapeOf(sight?.unit.phase ?? "en_route", false).token);
    g.globalAlpha = 0.35;
    sheet.stroke(points.slice(0, from + 1), 1.5, colour);
    g.globalAlpha = 1;
    sheet.way(points.slice(from), colour);
  }
}

/** Each with its letter and time: the fastest half-way along it, the others at the junction that makes them others. */
function drawOthers(sheet: Sheet, answer: Way, project: Project): void {
  for (const { letter, way } of letteredWays(answer)) {
    sheet.g.setLineDash(letter === "A" ? [] : [8, 5]);
    sheet.stroke(way.lon_lats.map(project), letter === "A" ? 1.5 : 2.5, sheet.token("--ink"));
    sheet.g.setLineDash([]);
    const at = way.via ?? way.lon_lats[Math.floor(way.lon_lats.length / 2)];
    if (at !== undefined) sheet.name(`${letter} ${ageText(way.travel_s)}`, project(at), 6, 1);
  }
}

function drawUnits(sheet: Sheet, scene: Scene, project: Project): void {
  for (const sight of scene.sights) {
    const at = project(sight.at);
    if (!sheet.isInSight(at)) continue;
    const assignment = sight.unit.assignment_id && scene.rows.assignment.get(sight.unit.assignment_id);
    sheet.unit(sight, at, assignment ? assignment.incident_id : null);
    const neighbour = scene.neighbourOf?.(sight.unit);
    if (neighbour !== undefined) sheet.foreign(at);
    const offer = scene.offers?.get(sight.unit.id);
    if (offer !== undefined) sheet.offer(at, offer);
    if (!sheet.isNear() && !assignment && offer === undefined && sight.freshness !== "lost") continue;
    const lost = sight.freshness === "lost" && sight.ageS !== null;
    const words = [sight.unit.call_sign, neighbour, lost && ageText(sight.ageS ?? 0)].filter(Boolean).join(" ");
    const ours = assignment && assignment.incident_id === scene.selectedIncident;
    sheet.name(words, at, offer === undefined ? (neighbour === undefined ? 8 : 12) : 16, ours || offer !== undefined ? 0.5 : assignment ? 5 : 9, lost ? "--al-b" : "--ink");
  }
}

function drawIncidents(sheet: Sheet, scene: Scene, project: Project): void {
  const open = [...scene.rows.incident.values()].filter((incident) => incident.state === "open");
  // The selected one last, over the others.
  open.sort((a, b) => Number(a.id === scene.selectedIncident) - Number(b.id === scene.selectedIncident) || b.priority - a.priority);
  for (const incident of open) {
    if (incident.place.lon_lat === null) continue;
    sheet.incident(incident, project(incident.place.lon_lat), incident.id === scene.selectedIncident);
    if (incident.id !== scene.selectedIncident) continue;
    drawMouth(sheet, incident.place.mouth, project);
    drawCircle(sheet, incident.place.lon_lat, incident.place.radius_m, "--ink-2", project);
  }
}

/** Within this a place is to be looked for. */
function drawCircle(sheet: Sheet, lonLat: LonLat, radiusM: number | null, token: string, project: Project): void {
  const middle = project(lonLat);
  const radius = middle.y - project([lonLat[0], lonLat[1] + (radiusM ?? 0) / M_PER_DEGREE]).y;
  // A smaller one would lie under the marks that stand in it.
  if (radius > 28) sheet.ring(middle, radius, token, true);
}

/** Where the alley of a place leaves its street: there residents wait. */
function drawMouth(sheet: Sheet, mouth: LonLat | null, project: Project): void {
  if (!mouth) return;
  const at = project(mouth);
  sheet.ring(at, 5, "--focus");
  sheet.name(t("place.mouth_here"), at, 7, 0);
}

/** Where the telephones of living calls say they are: their circles, and how old that is. */
function drawHandsets(sheet: Sheet, scene: Scene, project: Project): void {
  for (const call of scene.rows.call.values()) {
    if (call.handset === null || !isLiving(call)) continue;
    const { lon_lat, radius_m, at } = call.handset;
    const middle = project(lon_lat);
    sheet.ring(middle, 4, "--focus");
    drawCircle(sheet, lon_lat, radius_m, "--focus", project);
    sheet.name(ageText((Date.now() - Date.parse(at)) / 1000), middle, 8, 1);
  }
}

/** Draws the scene and says where things are. Roads, ways, units, incidents over them, offered places, words last. */
export function draw(sheet: Sheet, scene: Scene, project: Project): Pin[] {
  drawRoads(sheet, scene.rows.road_condition.values(), project);
  if (scene.others) drawOthers(sheet, scene.others, project);
  drawWays(sheet, scene, project);
  drawUnits(sheet, scene, project);
  drawIncidents(sheet, scene, project);
  drawHandsets(sheet, scene, project);
  // The likeliest place last: it is never hidden by another.
  scene.candidates
    .map((place, i) => ({ n: i + 1, at: project(place.lon_lat), looked: i === scene.candidate }))
    .reverse()
    .forEach(({ n, at, looked }) => sheet.candidate(n, at, looked));
  const looked = scene.candidates[scene.candidate];
  if (looked) drawCircle(sheet, looked.lon_lat, looked.radius_m, "--ink-2", project);
  drawMouth(sheet, looked?.mouth ?? null, project);
  sheet.writeNames();
  return sheet.pins;
}
