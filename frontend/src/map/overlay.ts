/** A canvas over the map, for what changes more often than the map: redrawn at most once a frame, when asked. */
import type { Map as GlMap } from "maplibre-gl";

import type { LonLat } from "../protocol";

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

export class Overlay {
  private readonly canvas = document.createElement("canvas");
  private pins: Pin[] = [];
  private asked = false;
  private drawnAt = 0;

  constructor(
    private readonly map: GlMap,
    private readonly props: OverlayProps,
  ) {
    this.canvas.className = "unit-canvas";
    this.canvas.setAttribute("aria-hidden", "true");
    map.getCanvasContainer().appendChild(this.canvas);
    map.on("move", this.ask);
    map.on("resize", this.ask);
    map.on("click", (event) => this.choose(event.point.x, event.point.y));
    this.ask();
  }

  remove(): void {
    this.canvas.remove();
  }

  readonly ask = (): void => {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(this.onFrame);
  };

  private readonly onFrame = (now: number): void => {
    if (now - this.drawnAt < (this.props.everyMs?.() ?? 0)) {
      requestAnimationFrame(this.onFrame);
      return;
    }
    this.asked = false;
    this.drawnAt = now;
    this.draw();
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
    const g = this.canvas.getContext("2d");
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
