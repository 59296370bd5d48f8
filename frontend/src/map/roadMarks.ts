/** Closed, flooded, slow and narrow streets as they were drawn, live or past: shape, text and colour say which. */
import type { RoadCondition } from "../protocol";
import type { RoadDraft } from "../state/roadDraft";
import { clockText } from "../ui/time";
import type { Sheet } from "./marks";
import type { Project } from "./overlay";

interface Point {
  x: number;
  y: number;
}

const DASHES: Readonly<Record<string, readonly number[]>> = { closed: [9, 5], flood: [3, 3], slow: [2, 7] };
const HATCH_PX = 9;
const MARK_PX = 9;

function signOf(points: readonly Point[], form: string): Point {
  // In the middle of an area stands what people look for there; its sign hangs at its uppermost corner.
  const [first = { x: 0, y: 0 }] = points;
  return form === "line" ? (points[Math.floor(points.length / 2)] ?? first) : points.reduce((a, b) => (b.y < a.y ? b : a), first);
}

function trace(g: CanvasRenderingContext2D, points: readonly Point[], closed: boolean): void {
  g.beginPath();
  points.forEach(({ x, y }, i) => (i === 0 ? g.moveTo(x, y) : g.lineTo(x, y)));
  if (closed) g.closePath();
}

/** Slanting lines inside the shape that was traced last. */
function hatch(g: CanvasRenderingContext2D, points: readonly Point[]): void {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, right] = [Math.max(-50, Math.min(...xs)), Math.min(6000, Math.max(...xs))];
  const [top, bottom] = [Math.max(-50, Math.min(...ys)), Math.min(6000, Math.max(...ys))];
  g.save();
  g.clip();
  g.beginPath();
  for (let x = left - (bottom - top); x < right; x += HATCH_PX) {
    g.moveTo(x, bottom);
    g.lineTo(x + bottom - top, top);
  }
  g.globalAlpha *= 0.5;
  g.lineWidth = 1;
  g.stroke();
  g.restore();
}

/** No entry; waves; a clock hand that hardly moves; between two walls a bar, or the way through. */
function drawMark(g: CanvasRenderingContext2D, kind: string, { x, y }: Point, colour: string, ground: string): void {
  g.lineWidth = 2;
  g.strokeStyle = colour;
  g.fillStyle = ground;
  g.beginPath();
  if (kind === "closed") g.arc(x, y, MARK_PX, 0, 2 * Math.PI);
  else if (kind !== "slow") g.rect(x - MARK_PX, y - MARK_PX, 2 * MARK_PX, 2 * MARK_PX);
  else {
    g.moveTo(x, y - MARK_PX - 1);
    g.lineTo(x + MARK_PX + 1, y + MARK_PX - 1);
    g.lineTo(x - MARK_PX - 1, y + MARK_PX - 1);
    g.closePath();
  }
  g.fill();
  g.stroke();
  g.beginPath();
  if (kind === "closed") {
    g.moveTo(x - 5, y);
    g.lineTo(x + 5, y);
  } else if (kind === "flood") {
    for (const dy of [-3, 3]) {
      g.moveTo(x - 6, y + dy);
      g.quadraticCurveTo(x - 3, y + dy - 4, x, y + dy);
      g.quadraticCurveTo(x + 3, y + dy + 4, x + 6, y + dy);
    }
  } else if (kind === "slow") {
    g.moveTo(x, y - 4);
    g.lineTo(x, y + 3);
  } else {
    for (const dx of [-5, 5]) {
      g.moveTo(x + dx, y - 5);
      g.lineTo(x + dx, y + 5);
    }
    const across = kind === "unfit" ? 5 : 0;
    g.moveTo(x - across, y + 5 - across);
    g.lineTo(x + across, y - 5 + across);
  }
  g.stroke();
}

/** Water is hatched; what is closed or slow only tinted, so that the streets within stay legible. */
function fill(g: CanvasRenderingContext2D, kind: string, colour: string, points: readonly Point[]): void {
  if (kind === "flood") return hatch(g, points);
  g.save();
  g.globalAlpha *= 0.12;
  g.fillStyle = colour;
  g.fill();
  g.restore();
}

function drawShape(sheet: Sheet, kind: string, form: string, points: readonly Point[]): void {
  const { g, token } = sheet;
  const colour = token(`--road-${kind}`);
  if (points.length > 1) {
    const area = form === "area";
    g.lineJoin = "round";
    g.lineWidth = 7;
    g.strokeStyle = token("--m-case");
    trace(g, points, area);
    g.stroke();
    g.strokeStyle = colour;
    if (area && points.length > 2) fill(g, kind, colour, points);
    g.lineWidth = 3;
    g.setLineDash([...(DASHES[kind] ?? [])]);
    trace(g, points, area);
    g.stroke();
    g.setLineDash([]);
  }
}

/** "3 · 40 cm · → 21:40": its number, how much, and until when. */
export function wordsOf(road: RoadCondition): string {
  const much = road.kind === "flood" ? `${Math.round(road.depth_m * 100)} cm` : road.kind === "slow" ? `×${road.factor}` : "";
  const end = road.until === null ? "" : `→ ${clockText(road.until).slice(0, 5)}`;
  return [String(road.number), much, end].filter(Boolean).join(" · ") + (road.confirmed ? "" : " ?");
}

export function drawRoads(sheet: Sheet, roads: Iterable<RoadCondition>, project: Project): void {
  const { g, token } = sheet;
  for (const road of roads) {
    if (road.state === "ended") continue;
    const points = road.lon_lats.map(project);
    const at = signOf(points, road.form);
    if (points.length === 1 && !sheet.isInSight(at)) continue;
    g.globalAlpha = road.state === "planned" ? 0.5 : 1;
    drawShape(sheet, road.kind, road.form, points);
    if (!road.confirmed) sheet.ring(at, MARK_PX + 5, `--road-${road.kind}`, true);
    drawMark(g, road.kind, at, token(`--road-${road.kind}`), token("--m-land"));
    g.globalAlpha = 1;
    sheet.name(wordsOf(road), at, MARK_PX + 3, 1.5);
  }
}

/** What is being drawn now, its corners, and the middle of the map for who draws by keys. */
export function drawDraft(sheet: Sheet, draft: RoadDraft, middle: Point, project: Project): void {
  const { g, token } = sheet;
  const points = draft.points.map(project);
  drawShape(sheet, draft.kind, draft.form, points);
  g.fillStyle = token("--focus");
  for (const { x, y } of points) {
    g.beginPath();
    g.arc(x, y, 4, 0, 2 * Math.PI);
    g.fill();
  }
  g.strokeStyle = token("--focus");
  g.lineWidth = 1.5;
  g.beginPath();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
    g.moveTo(middle.x + dx * 4, middle.y + dy * 4);
    g.lineTo(middle.x + dx * 13, middle.y + dy * 13);
  }
  g.stroke();
}
