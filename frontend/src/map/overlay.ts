/** A canvas over the map, for what changes more often than the map: redrawn when asked, in turn (`turns.ts`). */
import type { Map as GlMap } from "maplibre-gl";

import type { LonLat } from "../protocol";
import { HASTES, Turns, type Haste } from "./turns";

export type Project = (lonLat: LonLat) => { x: number; y: number };

export interface Size {
  width: number;
  height: number;
}

/** Where something was drawn, for the pointer. */
export interface Pin {
  x: number;
  y: number;
  incidentId: string | null;
  unitId: string | null;
}

export interface OverlayProps {
  draw: (g: CanvasRenderingContext2D, size: Size, project: Project, zoom: number) => Pin[];
  choose: (pin: Pin) => void;
  /** Milliseconds between two drawings, at least. */
  everyMs?: () => number;
}

const REACH_PX = 14;

/** Drawn by the processor and handed over as one picture: a browser whose 3D is software takes seconds for some drawings
    of marks and ways, and paints nothing else meanwhile. */
export const PEN: CanvasRenderingContext2DSettings = { willReadFrequently: true };

export class Overlay {
  private readonly canvas = document.createElement("canvas");
  private pins: Pin[] = [];
  private readonly turns = new Turns();
  private asked: { haste: Haste; at: number } | null = null;
  private waiting = 0;
  private drawnAt = 0;

  constructor(
    private readonly map: GlMap,
    private readonly props: OverlayProps,
  ) {
    this.canvas.className = "unit-canvas";
    this.canvas.setAttribute("aria-hidden", "true");
    map.getCanvasContainer().appendChild(this.canvas);
    map.on("move", this.follow);
    map.on("resize", this.follow);
    map.on("click", (event) => this.choose(event.point.x, event.point.y));
    window.addEventListener("keydown", this.onKey, { capture: true });
    this.ask();
  }

  remove(): void {
    clearTimeout(this.waiting);
    this.asked = null;
    window.removeEventListener("keydown", this.onKey, { capture: true });
    this.canvas.remove();
  }

  /** For what goes on by itself. */
  readonly ask = (): void => this.wish("turn");

  /** For what a person did. */
  readonly askSoon = (): void => this.wish("soon");

  private readonly follow = (): void => this.wish("once");

  private readonly onKey = (): void => this.turns.key(performance.now());

  private wish(haste: Haste): void {
    if (this.asked !== null && HASTES.indexOf(haste) <= HASTES.indexOf(this.asked.haste)) return;
    this.asked = { haste, at: this.asked?.at ?? performance.now() };
    this.takeTurn();
  }

  /** Waits, looks again, and draws in a frame: keys that were pressed meanwhile have made it later. */
  private readonly takeTurn = (): void => {
    clearTimeout(this.waiting);
    if (this.asked === null) return;
    const now = performance.now();
    const every = this.drawnAt + (this.props.everyMs?.() ?? 0) - now;
    const wait = Math.max(every, this.turns.waitMs(this.asked.haste, now, this.asked.at));
    if (wait > 0) this.waiting = window.setTimeout(this.takeTurn, wait);
    else requestAnimationFrame(this.onFrame);
  };

  private readonly onFrame = (now: number): void => {
    if (this.asked === null) return;
    this.asked = null;
    this.drawnAt = now;
    this.draw();
    requestAnimationFrame((next) => this.turns.drawn(now, next));
  };

  private draw(): void {
    const box = this.map.getContainer().getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(box.width * ratio) || this.canvas.height !== Math.round(box.height * ratio)) {
      this.canvas.width = Math.round(box.width * ratio);
      this.canvas.height = Math.round(box.height * ratio);
      this.canvas.style.width = `${box.width}px`;
      this.canvas.style.height = `${box.height}px`;
    }
    const g = this.canvas.getContext("2d", PEN);
    if (g === null) return;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, box.width, box.height);
    this.pins = this.props.draw(g, box, (lonLat) => this.map.project(lonLat), this.map.getZoom());
  }

  private choose(x: number, y: number): void {
    const near = this.pins.filter((pin) => Math.hypot(pin.x - x, pin.y - y) <= REACH_PX).at(-1);
    if (near !== undefined) this.props.choose(near);
  }
}
