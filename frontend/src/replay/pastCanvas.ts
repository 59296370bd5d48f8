/** Keeps the canvas in step with the playhead: at most one drawing a frame, and fewer for a large fleet. */
import type { Map as GlMap } from "maplibre-gl";

import { tokensOf } from "../map/style";
import { useUi } from "../state/ui";
import { draw, type Pin } from "./drawing";
import { selectIncident, selectUnit, useReplay } from "./store";

const REACH_PX = 14;
const LARGE_FLEET = 500;
const LARGE_EVERY_MS = 66;

export class PastCanvas {
  private readonly canvas = document.createElement("canvas");
  private readonly undo: (() => void)[] = [];
  private pins: Pin[] = [];
  private asked = false;
  private drawnAt = 0;

  constructor(
    private readonly map: GlMap,
    private readonly look: Element,
  ) {
    this.canvas.className = "unit-canvas";
    this.canvas.setAttribute("aria-hidden", "true");
    map.getCanvasContainer().appendChild(this.canvas);
    map.on("move", this.ask);
    map.on("resize", this.ask);
    map.on("click", (event) => this.choose(event.point.x, event.point.y));
    this.undo.push(useReplay.subscribe(this.ask), useUi.subscribe(this.ask));
    this.ask();
  }

  remove(): void {
    for (const undo of this.undo) undo();
    this.canvas.remove();
  }

  readonly ask = (): void => {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(this.onFrame);
  };

  private readonly onFrame = (now: number): void => {
    const large = useReplay.getState().live.rows.unit.size > LARGE_FLEET;
    if (large && now - this.drawnAt < LARGE_EVERY_MS) {
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
    const { atMs, live, tracks, without, only, incidentId, unitId } = useReplay.getState();
    const scene = {
      atMs,
      rows: live.rows,
      tracks,
      filter: { without, only: only ? incidentId : null },
      incidentId,
      unitId,
      zoom: this.map.getZoom(),
    };
    this.pins = draw(g, box, scene, (lonLat) => this.map.project(lonLat), tokensOf(this.look));
  }

  private choose(x: number, y: number): void {
    const near = this.pins.filter((pin) => Math.hypot(pin.x - x, pin.y - y) <= REACH_PX).at(-1);
    if (near === undefined) return;
    if (near.unitId === null) selectIncident(near.incidentId);
    else selectUnit(near.unitId === useReplay.getState().unitId ? null : near.unitId);
  }
}
