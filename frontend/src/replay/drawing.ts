/** Incidents, units and their ways at an instant, on a canvas over the map. */
import { freshness, type Freshness } from "../live/freshness";
import type { Rows } from "../live/reducer";
import type { Token } from "../map/style";
import type { LonLat, Unit } from "../protocol";
import { shapeOf } from "../ui/shapes";
import { incidentOf, passesIncident, passesUnit, type Filter } from "./look";
import { positionAt, wayBetween, type Tracks } from "./tracks";

export interface Scene {
  atMs: number;
  rows: Rows;
  tracks: Tracks;
  filter: Filter;
  incidentId: string | null;
  unitId: string | null;
  zoom: number;
}

export interface Pin {
  x: number;
  y: number;
  incidentId: string | null;
  unitId: string | null;
}

export type Project = (lonLat: LonLat) => { x: number; y: number };

interface Sight {
  unit: Unit;
  at: LonLat;
  freshness: Freshness;
  incidentId: string | null;
}

const LABEL_ZOOM = 14;
const MARGIN_PX = 20;
const paths = new Map<string, Path2D>();

function pathOf(text: string): Path2D {
  const known = paths.get(text);
  if (known) return known;
  const made = new Path2D(text);
  paths.set(text, made);
  return made;
}

/** Where each unit was thought to be: its last fix that the centre had, or its station while in quarters. */
export function sightsAt({ rows, tracks, filter, atMs }: Scene): Sight[] {
  const sights: Sight[] = [];
  for (const unit of rows.unit.values()) {
    if (!passesUnit(rows, unit, filter)) continue;
    const position = positionAt(tracks, unit.id, atMs);
    const station = rows.station.get(unit.station_id);
    const at = unit.in_quarters ? (station?.lon_lat ?? position?.lonLat) : position?.lonLat;
    if (at === undefined) continue;
    const ageS = position === undefined ? null : (atMs - position.at) / 1000;
    sights.push({ unit, at, freshness: freshness(unit.phase, unit.in_quarters, ageS), incidentId: incidentOf(rows, unit) });
  }
  return sights;
}

function words(g: CanvasRenderingContext2D, text: string, x: number, y: number, token: Token, ink = "--ink"): void {
  g.lineWidth = 3;
  g.strokeStyle = token("--m-halo");
  g.strokeText(text, x, y);
  g.fillStyle = token(ink);
  g.fillText(text, x, y);
}

function ring(g: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string, dashed = false): void {
  g.setLineDash(dashed ? [3, 3] : []);
  g.lineWidth = 1.6;
  g.strokeStyle = colour;
  g.beginPath();
  g.arc(x, y, radius, 0, 2 * Math.PI);
  g.stroke();
  g.setLineDash([]);
}

function drawUnit(g: CanvasRenderingContext2D, sight: Sight, x: number, y: number, token: Token): void {
  const shape = shapeOf(sight.unit.phase, sight.unit.in_quarters);
  const colour = token(shape.token);
  const solid = sight.freshness === "fresh" || sight.freshness === "quarters";
  g.save();
  g.translate(x - 8, y - 8);
  g.lineWidth = 4;
  g.strokeStyle = token("--m-case");
  g.stroke(pathOf(shape.path));
  g.lineWidth = 1.8;
  g.strokeStyle = colour;
  g.fillStyle = shape.filled && solid ? colour : token("--m-land");
  g.fill(pathOf(shape.path));
  g.stroke(pathOf(shape.path));
  if (shape.mark) {
    g.strokeStyle = shape.filled && solid ? token("--m-land") : colour;
    g.stroke(pathOf(shape.mark));
  }
  g.restore();
  if (sight.freshness === "lost") ring(g, x, y, 12, token("--al-b"), true);
}

/** The way driven since dispatch, of the chosen incident's units and of the unit that is followed. */
function drawWays(g: CanvasRenderingContext2D, scene: Scene, project: Project, token: Token): void {
  for (const assignment of scene.rows.assignment.values()) {
    const chosen = assignment.incident_id === scene.incidentId || assignment.unit_id === scene.unitId;
    if (!chosen || assignment.state !== "active" || assignment.dispatched_at === null) continue;
    const unit = scene.rows.unit.get(assignment.unit_id);
    if (unit === undefined || !passesUnit(scene.rows, unit, scene.filter)) continue;
    const way = wayBetween(scene.tracks, unit.id, Date.parse(assignment.dispatched_at), scene.atMs);
    if (way.length < 2) continue;
    g.beginPath();
    way.forEach((lonLat, i) => {
      const { x, y } = project(lonLat);
      if (i === 0) g.moveTo(x, y);
      else g.lineTo(x, y);
    });
    g.lineJoin = g.lineCap = "round";
    g.lineWidth = 6;
    g.strokeStyle = token("--m-case");
    g.stroke();
    g.lineWidth = 3;
    g.strokeStyle = token(shapeOf(unit.phase, unit.in_quarters).token);
    g.globalAlpha = 0.75;
    g.stroke();
    g.globalAlpha = 1;
  }
}

function drawIncidents(g: CanvasRenderingContext2D, scene: Scene, project: Project, token: Token): Pin[] {
  const pins: Pin[] = [];
  for (const incident of scene.rows.incident.values()) {
    const lonLat = incident.place.lon_lat;
    if (incident.state !== "open" || lonLat === null || !passesIncident(scene.rows, incident, scene.filter)) continue;
    const { x, y } = project(lonLat);
    const chosen = incident.id === scene.incidentId;
    g.fillStyle = incident.priority === 1 ? token("--strong") : token("--raised-2");
    g.strokeStyle = chosen ? token("--focus") : token("--ink-2");
    g.lineWidth = 1.2;
    g.beginPath();
    g.rect(x - 9, y - 9, 18, 18);
    g.fill();
    g.stroke();
    if (chosen) ring(g, x, y, 18, token("--focus"));
    g.fillStyle = incident.priority === 1 ? token("--on-strong") : token("--strong");
    g.textAlign = "center";
    g.fillText(String(incident.priority), x, y + 4);
    g.textAlign = "left";
    words(g, incident.number.slice(-4), x + (chosen ? 22 : 13), y + (chosen ? -10 : 4), token, "--strong");
    pins.push({ x, y, incidentId: incident.id, unitId: null });
  }
  return pins;
}

/** Draws the scene and says where things are, for the pointer. Units first, incidents over them. */
export function draw(
  g: CanvasRenderingContext2D,
  size: { width: number; height: number },
  scene: Scene,
  project: Project,
  token: Token,
): Pin[] {
  g.clearRect(0, 0, size.width, size.height);
  g.font = `500 12px ${token("--mono")}`;
  drawWays(g, scene, project, token);
  const pins: Pin[] = [];
  for (const sight of sightsAt(scene)) {
    const { x, y } = project(sight.at);
    if (x < -MARGIN_PX || y < -MARGIN_PX || x > size.width + MARGIN_PX || y > size.height + MARGIN_PX) continue;
    drawUnit(g, sight, x, y, token);
    const followed = sight.unit.id === scene.unitId;
    if (followed) ring(g, x, y, 14, token("--focus"));
    const named = scene.zoom >= LABEL_ZOOM || sight.incidentId !== null || followed;
    if (named) words(g, sight.unit.call_sign, x + (followed ? 18 : 12), y + 4, token);
    pins.push({ x, y, incidentId: sight.incidentId, unitId: sight.unit.id });
  }
  return [...pins, ...drawIncidents(g, scene, project, token)];
}
