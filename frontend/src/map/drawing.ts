/** Incidents and moving units, drawn on a canvas of their own over the map: 4 Hz must not touch the map's GL. */
import type { LonLat, PlaceCandidate, Unit } from "../protocol";
import { freshness, type Freshness } from "../live/freshness";
import type { Position } from "../live/positions";
import type { Rows } from "../live/reducer";
import { shapeOf, type Shape } from "../ui/shapes";
import { ageText } from "../ui/time";
import { placeLabels, type Box, type Label } from "./labels";
import type { Token } from "./style";
import type { DrawnWay } from "./ways";

export interface Sight {
  unit: Unit;
  at: LonLat;
  ageS: number | null;
  freshness: Freshness;
}

export interface Scene {
  rows: Rows;
  sights: readonly Sight[];
  ways: readonly DrawnWay[];
  selectedIncident: string | null;
  /** Places offered for what was heard, numbered as in their list; `candidate` is the one being looked at. */
  candidates: readonly PlaceCandidate[];
  candidate: number;
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

const GLYPH_PX = 22;
const GLYPHS_MOST = 256;
const glyphs = new Map<string, HTMLCanvasElement>();

/** A unit's shape as a picture of its own, made once for each look: thousands are then copied, not stroked. */
function glyphOf(shape: Shape, colour: string, fill: string, edge: string, ratio: number): HTMLCanvasElement {
  const key = [shape.path, shape.mark, colour, fill, edge, ratio].join("|");
  const known = glyphs.get(key);
  if (known) return known;
  if (glyphs.size >= GLYPHS_MOST) glyphs.clear();
  const made = document.createElement("canvas");
  made.width = made.height = Math.ceil(GLYPH_PX * ratio);
  const g = made.getContext("2d");
  if (g !== null) {
    g.scale(ratio, ratio);
    g.translate(GLYPH_PX / 2 - 8, GLYPH_PX / 2 - 8);
    g.lineWidth = 4;
    g.strokeStyle = edge;
    g.stroke(pathOf(shape.path));
    g.lineWidth = 1.8;
    g.strokeStyle = colour;
    g.fillStyle = fill;
    g.fill(pathOf(shape.path));
    g.stroke(pathOf(shape.path));
    if (shape.mark) g.stroke(pathOf(shape.mark));
  }
  glyphs.set(key, made);
  return made;
}

function drawUnit(g: CanvasRenderingContext2D, sight: Sight, x: number, y: number, token: Token): void {
  const shape = shapeOf(sight.unit.phase, sight.unit.in_quarters);
  const colour = token(shape.token);
  const fill = shape.filled && sight.freshness === "fresh" ? colour : token("--m-land");
  const glyph = glyphOf(shape, colour, fill, token("--m-case"), window.devicePixelRatio || 1);
  g.drawImage(glyph, x - GLYPH_PX / 2, y - GLYPH_PX / 2, GLYPH_PX, GLYPH_PX);
  if (sight.freshness !== "lost") return;
  g.setLineDash([3, 3]);
  g.strokeStyle = token("--al-b");
  g.beginPath();
  g.arc(x, y, 12, 0, 2 * Math.PI);
  g.stroke();
  g.setLineDash([]);
}

function text(g: CanvasRenderingContext2D, words: string, x: number, y: number, token: Token, colour: string): void {
  g.lineWidth = 3;
  g.lineJoin = "round";
  g.strokeStyle = token("--m-halo");
  g.strokeText(words, x, y);
  g.fillStyle = colour;
  g.fillText(words, x, y);
}

interface Sheet {
  pins: Pin[];
  labels: (Label & { colour: string })[];
  marks: Box[];
}

function mark(sheet: Sheet, x: number, y: number, half: number): void {
  sheet.marks.push({ x: x - half, y: y - half, width: 2 * half, height: 2 * half });
}

function drawIncidents(g: CanvasRenderingContext2D, scene: Scene, project: Project, token: Token, sheet: Sheet): void {
  const open = [...scene.rows.incident.values()].filter((incident) => incident.state === "open");
  // The selected one last, over the others.
  open.sort((a, b) => Number(a.id === scene.selectedIncident) - Number(b.id === scene.selectedIncident) || b.priority - a.priority);
  for (const incident of open) {
    if (incident.place.lon_lat === null) continue;
    const { x, y } = project(incident.place.lon_lat);
    const selected = incident.id === scene.selectedIncident;
    if (selected) reticle(g, x, y, token);
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
    const words = incident.number.slice(-4);
    mark(sheet, x, y, 10);
    sheet.labels.push({
      text: words, x, y, width: g.measureText(words).width, reach: 10, rank: selected ? 0 : incident.priority, colour: token("--ink"),
    });
    sheet.pins.push({ x, y, incidentId: incident.id });
  }
}

/** The incident in hand: a ring with four ticks, found at a glance. */
function reticle(g: CanvasRenderingContext2D, x: number, y: number, token: Token): void {
  g.strokeStyle = token("--focus");
  g.lineWidth = 2;
  g.beginPath();
  g.arc(x, y, 20, 0, 2 * Math.PI);
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
    g.moveTo(x + dx * 20, y + dy * 20);
    g.lineTo(x + dx * 26, y + dy * 26);
  }
  g.stroke();
}

function line(g: CanvasRenderingContext2D, points: readonly { x: number; y: number }[]): void {
  g.beginPath();
  points.forEach(({ x, y }, i) => (i === 0 ? g.moveTo(x, y) : g.lineTo(x, y)));
  g.stroke();
}

/** Index of the point of a way nearest to where its unit is: what lies before it is travelled. */
function reached(points: readonly { x: number; y: number }[], at: { x: number; y: number } | undefined): number {
  if (at === undefined) return 0;
  const square = (p: { x: number; y: number }) => (p.x - at.x) ** 2 + (p.y - at.y) ** 2;
  return points.reduce((best, p, i) => (square(p) < square(points[best] ?? p) ? i : best), 0);
}

function drawWays(g: CanvasRenderingContext2D, scene: Scene, project: Project, token: Token): void {
  g.lineJoin = "round";
  g.lineCap = "round";
  const drawn = new Set(scene.ways.map(({ unitId }) => unitId));
  const sights = new Map(scene.sights.filter(({ unit }) => drawn.has(unit.id)).map((sight) => [sight.unit.id, sight]));
  for (const { unitId, way, proposed } of scene.ways) {
    const points = way.lon_lats.map(project);
    const sight = sights.get(unitId);
    if (proposed) {
      g.setLineDash([2, 6]);
      g.strokeStyle = token("--ink-3");
      g.lineWidth = 2;
      line(g, points);
      g.setLineDash([]);
      continue;
    }
    const from = reached(points, sight && project(sight.at));
    const colour = token(shapeOf(sight?.unit.phase ?? "en_route", false).token);
    const ahead = points.slice(from);
    g.strokeStyle = token("--m-case");
    g.lineWidth = 6;
    line(g, ahead);
    g.strokeStyle = colour;
    g.globalAlpha = 0.35;
    g.lineWidth = 1.5;
    line(g, points.slice(0, from + 1));
    g.globalAlpha = 1;
    g.lineWidth = 3;
    line(g, ahead);
  }
  g.lineCap = "butt";
}

function drawCandidates(g: CanvasRenderingContext2D, scene: Scene, project: Project, token: Token): void {
  g.textAlign = "center";
  // The first ones last: the likeliest place is never hidden by another.
  for (let i = scene.candidates.length - 1; i >= 0; i--) {
    const place = scene.candidates[i];
    if (place === undefined) continue;
    const { x, y } = project(place.lon_lat);
    const looked = i === scene.candidate;
    g.fillStyle = looked ? token("--focus") : token("--raised-2");
    g.strokeStyle = token("--focus");
    g.lineWidth = 2;
    g.beginPath();
    g.arc(x, y, 10, 0, 2 * Math.PI);
    g.fill();
    g.stroke();
    g.fillStyle = looked ? token("--m-land") : token("--strong");
    g.fillText(String(i + 1), x, y + 4);
  }
  g.textAlign = "left";
}

/** Draws the scene and says where things are, for the pointer. Ways, units, incidents over them, labels last. */
export function draw(
  g: CanvasRenderingContext2D,
  size: { width: number; height: number },
  scene: Scene,
  project: Project,
  token: Token,
): Pin[] {
  g.clearRect(0, 0, size.width, size.height);
  g.font = `500 12px ${token("--mono")}`;
  const sheet: Sheet = { pins: [], labels: [], marks: [] };
  drawWays(g, scene, project, token);
  const inSight = (p: { x: number; y: number }) => p.x > -20 && p.y > -20 && p.x < size.width + 20 && p.y < size.height + 20;
  for (const sight of scene.sights) {
    const at = project(sight.at);
    if (!inSight(at)) continue;
    const assignment = sight.unit.assignment_id && scene.rows.assignment.get(sight.unit.assignment_id);
    drawUnit(g, sight, at.x, at.y, token);
    sheet.pins.push({ ...at, incidentId: assignment ? assignment.incident_id : null });
    mark(sheet, at.x, at.y, 7);
    if (scene.zoom < LABEL_ZOOM && !assignment && sight.freshness !== "lost") continue;
    const lost = sight.freshness === "lost" && sight.ageS !== null;
    const words = lost ? `${sight.unit.call_sign} ${ageText(sight.ageS ?? 0)}` : sight.unit.call_sign;
    const ours = assignment && assignment.incident_id === scene.selectedIncident;
    sheet.labels.push({
      text: words, ...at, width: g.measureText(words).width, reach: 8, rank: ours ? 0.5 : assignment ? 5 : 9,
      colour: token(lost ? "--al-b" : "--ink"),
    });
  }
  drawIncidents(g, scene, project, token, sheet);
  drawCandidates(g, scene, project, token);
  for (const { label, x, y } of placeLabels(sheet.labels, sheet.marks)) {
    text(g, label.text, x, y, token, (label as Label & { colour: string }).colour);
  }
  return sheet.pins;
}
