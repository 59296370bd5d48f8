/** Incidents and moving units, drawn on a canvas of their own over the map: 4 Hz must not touch the map's GL. */
import type { LonLat, Unit } from "../protocol";
import { freshness, type Freshness } from "../live/freshness";
import type { Position } from "../live/positions";
import type { Rows } from "../live/reducer";
import { shapeOf } from "../ui/shapes";
import type { Token } from "./style";

export interface Sight {
  unit: Unit;
  at: LonLat;
  ageS: number | null;
  freshness: Freshness;
}

export interface Scene {
  rows: Rows;
  sights: readonly Sight[];
  selectedIncident: string | null;
  zoom: number;
}

export interface Pin {
  x: number;
  y: number;
  incidentId: string | null;
}

export type Project = (lonLat: LonLat) => { x: number; y: number };

const LABEL_ZOOM = 14;
const paths = new Map<string, Path2D>();

function pathOf(text: string): Path2D {
  const known = paths.get(text);
  if (known) return known;
  const made = new Path2D(text);
  paths.set(text, made);
  return made;
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

function drawUnit(g: CanvasRenderingContext2D, sight: Sight, x: number, y: number, token: Token): void {
  const shape = shapeOf(sight.unit.phase, sight.unit.in_quarters);
  const colour = token(shape.token);
  g.save();
  g.translate(x - 8, y - 8);
  g.lineWidth = 4;
  g.strokeStyle = token("--m-case");
  g.stroke(pathOf(shape.path));
  g.lineWidth = 1.8;
  g.strokeStyle = colour;
  g.fillStyle = shape.filled && sight.freshness === "fresh" ? colour : token("--m-land");
  g.fill(pathOf(shape.path));
  g.stroke(pathOf(shape.path));
  if (shape.mark) g.stroke(pathOf(shape.mark));
  g.restore();
  if (sight.freshness !== "lost") return;
  g.setLineDash([3, 3]);
  g.strokeStyle = token("--al-b");
  g.beginPath();
  g.arc(x, y, 12, 0, 2 * Math.PI);
  g.stroke();
  g.setLineDash([]);
}

function text(g: CanvasRenderingContext2D, words: string, x: number, y: number, token: Token): void {
  g.lineWidth = 3;
  g.strokeStyle = token("--m-halo");
  g.strokeText(words, x, y);
  g.fillStyle = token("--ink");
  g.fillText(words, x, y);
}

function drawIncidents(g: CanvasRenderingContext2D, scene: Scene, project: Project, token: Token): Pin[] {
  const pins: Pin[] = [];
  for (const incident of scene.rows.incident.values()) {
    if (incident.state !== "open" || incident.place.lon_lat === null) continue;
    const { x, y } = project(incident.place.lon_lat);
    const selected = incident.id === scene.selectedIncident;
    g.fillStyle = incident.priority === 1 ? token("--strong") : token("--raised-2");
    g.strokeStyle = selected ? token("--focus") : token("--ink-2");
    g.lineWidth = selected ? 3 : 1.2;
    g.beginPath();
    g.rect(x - 9, y - 9, 18, 18);
    g.fill();
    g.stroke();
    g.fillStyle = incident.priority === 1 ? token("--on-strong") : token("--strong");
    g.textAlign = "center";
    g.fillText(String(incident.priority), x, y + 4);
    g.textAlign = "left";
    text(g, incident.number.slice(-4), x + 13, y + 4, token);
    pins.push({ x, y, incidentId: incident.id });
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
  const pins: Pin[] = [];
  for (const sight of scene.sights) {
    const { x, y } = project(sight.at);
    if (x < -20 || y < -20 || x > size.width + 20 || y > size.height + 20) continue;
    const assignment = sight.unit.assignment_id && scene.rows.assignment.get(sight.unit.assignment_id);
    drawUnit(g, sight, x, y, token);
    if (scene.zoom >= LABEL_ZOOM || assignment) text(g, sight.unit.call_sign, x + 12, y + 4, token);
    pins.push({ x, y, incidentId: assignment ? assignment.incident_id : null });
  }
  return [...pins, ...drawIncidents(g, scene, project, token)];
}
