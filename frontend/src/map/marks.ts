/** What stands on every map here, live or past: units, incidents, ways and the words beside them. */
import { t } from "../i18n";
import type { Freshness } from "../live/freshness";
import type { Incident, LonLat, Unit } from "../protocol";
import type { Offer } from "../state/recommendation";
import { shapeOf, type Shape } from "../ui/shapes";
import { placeLabels, type Box, type Label } from "./labels";
import { PEN, type Pin, type Size } from "./overlay";
import type { Token } from "./style";

export interface Sight {
  unit: Unit;
  at: LonLat;
  ageS: number | null;
  freshness: Freshness;
}

interface Point {
  x: number;
  y: number;
}

const LABEL_ZOOM = 14;
const MARGIN_PX = 20;
const GLYPH_PX = 22;
const GLYPHS_MOST = 256;
const glyphs = new Map<string, ImageBitmap>();

function drawGlyph(g: OffscreenCanvasRenderingContext2D, shape: Shape, colour: string, fill: string, edge: string): void {
  const path = new Path2D(shape.path);
  g.lineWidth = 4;
  g.strokeStyle = edge;
  g.stroke(path);
  g.lineWidth = 1.8;
  g.strokeStyle = colour;
  g.fillStyle = fill;
  g.fill(path);
  g.stroke(path);
  if (shape.mark === undefined) return;
  // A mark inside a filled shape is cut out of it.
  g.strokeStyle = shape.filled && fill === colour ? edge : colour;
  g.stroke(new Path2D(shape.mark));
}

/** A unit's shape as a picture of its own, made once for each look: thousands are then copied, not stroked. A picture
    that stands still: of a canvas the browser would take a new picture for every copy. */
function glyphOf(shape: Shape, colour: string, fill: string, edge: string, ratio: number): ImageBitmap {
  const key = [shape.path, shape.mark, colour, fill, edge, ratio].join("|");
  const known = glyphs.get(key);
  if (known) return known;
  if (glyphs.size >= GLYPHS_MOST) glyphs.clear();
  const side = Math.ceil(GLYPH_PX * ratio);
  const canvas = new OffscreenCanvas(side, side);
  const g = canvas.getContext("2d", PEN);
  if (g !== null) {
    g.scale(ratio, ratio);
    g.translate(GLYPH_PX / 2 - 8, GLYPH_PX / 2 - 8);
    drawGlyph(g, shape, colour, fill, edge);
  }
  const made = canvas.transferToImageBitmap();
  glyphs.set(key, made);
  return made;
}

/** Marks drawn so far, and the words that wait until all of them stand. */
export class Sheet {
  readonly pins: Pin[] = [];
  private readonly labels: (Label & { colour: string })[] = [];
  private readonly taken: Box[] = [];

  constructor(
    readonly g: CanvasRenderingContext2D,
    readonly token: Token,
    private readonly size: Size,
    private readonly zoom: number,
  ) {
    g.font = `500 12px ${token("--mono")}`;
  }

  isInSight({ x, y }: Point): boolean {
    const { width, height } = this.size;
    return x > -MARGIN_PX && y > -MARGIN_PX && x < width + MARGIN_PX && y < height + MARGIN_PX;
  }

  /** Whether the zoom is near enough to name what nobody asked about. */
  isNear(): boolean {
    return this.zoom >= LABEL_ZOOM;
  }

  ring({ x, y }: Point, radius: number, token: string, dashed = false): void {
    const { g } = this;
    g.setLineDash(dashed ? [3, 3] : []);
    g.lineWidth = 1.6;
    g.strokeStyle = this.token(token);
    g.beginPath();
    g.arc(x, y, radius, 0, 2 * Math.PI);
    g.stroke();
    g.setLineDash([]);
  }

  unit(sight: Sight, at: Point, incidentId: string | null): void {
    const { g, token } = this;
    const shape = shapeOf(sight.unit.phase, sight.unit.in_quarters);
    const colour = token(shape.token);
    const fill = shape.filled && sight.freshness === "fresh" ? colour : token("--m-land");
    const glyph = glyphOf(shape, colour, fill, token("--m-case"), window.devicePixelRatio || 1);
    g.drawImage(glyph, at.x - GLYPH_PX / 2, at.y - GLYPH_PX / 2, GLYPH_PX, GLYPH_PX);
    if (sight.freshness === "lost") this.ring(at, 12, "--al-b", true);
    this.pins.push({ ...at, incidentId, unitId: sight.unit.id });
    this.take(at, 7);
  }

  /** A neighbour's: in a square, where ours stand in none. */
  foreign({ x, y }: Point): void {
    const { g } = this;
    g.lineWidth = 1.6;
    g.strokeStyle = this.token("--ink");
    g.strokeRect(x - 10, y - 10, 20, 20);
  }

  /** Who the incident in hand is offered: the proposed in a full ring, the next best in a dashed one, each with its letter. */
  offer(at: Point, offer: Offer): void {
    const { g, token } = this;
    const proposed = offer === "proposed";
    const badge = { x: at.x + 12, y: at.y - 12 };
    this.ring(at, 15, "--strong", !proposed);
    g.fillStyle = token(proposed ? "--strong" : "--raised-2");
    this.ring(badge, 8, "--strong");
    g.fill();
    this.middle(t(`map.letter.${offer}`), badge, proposed ? "--on-strong" : "--strong");
    this.take(at, 15);
    this.take(badge, 8);
  }

  incident(incident: Incident, at: Point, chosen: boolean): void {
    const { g, token } = this;
    const { x, y } = at;
    if (chosen) this.reticle(at);
    g.fillStyle = incident.priority === 1 ? token("--strong") : token("--raised-2");
    g.strokeStyle = chosen ? token("--focus") : token("--ink-2");
    g.lineWidth = chosen ? 3 : 1.2;
    g.beginPath();
    g.rect(x - 9, y - 9, 18, 18);
    g.fill();
    g.stroke();
    this.middle(String(incident.priority), at, incident.priority === 1 ? "--on-strong" : "--strong");
    this.take(at, 10);
    this.name(incident.number.slice(-4), at, 10, chosen ? 0 : incident.priority);
    this.pins.push({ x, y, incidentId: incident.id, unitId: null });
  }

  /** A place offered for what was heard, by its number in the list. */
  candidate(n: number, at: Point, looked: boolean): void {
    const { g, token } = this;
    g.fillStyle = token(looked ? "--focus" : "--raised-2");
    this.ring(at, 10, "--focus");
    g.fill();
    g.stroke();
    this.middle(String(n), at, looked ? "--m-land" : "--strong");
  }

  /** A line with a casing, so that it stands out from the roads. */
  way(points: readonly Point[], colour: string): void {
    const { g } = this;
    g.lineJoin = g.lineCap = "round";
    this.stroke(points, 6, this.token("--m-case"));
    this.stroke(points, 3, colour);
    g.lineCap = "butt";
  }

  stroke(points: readonly Point[], width: number, colour: string): void {
    const { g } = this;
    g.lineWidth = width;
    g.strokeStyle = colour;
    g.beginPath();
    points.forEach(({ x, y }, i) => (i === 0 ? g.moveTo(x, y) : g.lineTo(x, y)));
    g.stroke();
  }

  /** Words beside a mark; the smaller the rank, the surer they find room. */
  name(text: string, at: Point, reach: number, rank: number, token = "--ink"): void {
    this.labels.push({ text, x: at.x, y: at.y, width: this.g.measureText(text).width, reach, rank, colour: this.token(token) });
  }

  /** Puts the words where they cover no mark and each other not. */
  writeNames(): void {
    const { g } = this;
    g.lineWidth = 3;
    g.lineJoin = "round";
    g.strokeStyle = this.token("--m-halo");
    for (const { label, x, y } of placeLabels(this.labels, this.taken)) {
      g.strokeText(label.text, x, y);
      g.fillStyle = (label as Label & { colour: string }).colour;
      g.fillText(label.text, x, y);
    }
  }

  /** The incident in hand: a ring with four ticks, found at a glance. */
  private reticle({ x, y }: Point): void {
    const { g } = this;
    g.strokeStyle = this.token("--focus");
    g.lineWidth = 2;
    g.beginPath();
    g.arc(x, y, 20, 0, 2 * Math.PI);
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
      g.moveTo(x + dx * 20, y + dy * 20);
      g.lineTo(x + dx * 26, y + dy * 26);
    }
    g.stroke();
  }

  private middle(text: string, { x, y }: Point, token: string): void {
    this.g.fillStyle = this.token(token);
    this.g.textAlign = "center";
    this.g.fillText(text, x, y + 4);
    this.g.textAlign = "left";
  }

  private take({ x, y }: Point, half: number): void {
    this.taken.push({ x: x - half, y: y - half, width: 2 * half, height: 2 * half });
  }
}
