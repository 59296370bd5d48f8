/** The overlay of the past: in step with the playhead, and drawn less often for a large fleet. */
import type { Map as GlMap } from "maplibre-gl";

import { Sheet } from "../map/marks";
import { Overlay, type Pin, type Project, type Size } from "../map/overlay";
import { tokensOf } from "../map/style";
import { useUi } from "../state/ui";
import { draw } from "./drawing";
import { selectIncident, selectUnit, useReplay } from "./store";

const LARGE_FLEET = 500;
const LARGE_EVERY_MS = 66;

export class PastCanvas {
  private readonly overlay: Overlay;
  private readonly undo: (() => void)[];

  constructor(
    map: GlMap,
    private readonly look: Element,
  ) {
    this.overlay = new Overlay(map, {
      draw: (g, size, project, zoom) => this.draw(g, size, project, zoom),
      choose: (pin) => this.choose(pin),
      everyMs: () => (useReplay.getState().live.rows.unit.size > LARGE_FLEET ? LARGE_EVERY_MS : 0),
    });
    this.undo = [useReplay.subscribe(this.overlay.ask), useUi.subscribe(this.overlay.ask)];
  }

  remove(): void {
    for (const undo of this.undo) undo();
    this.overlay.remove();
  }

  private draw(g: CanvasRenderingContext2D, size: Size, project: Project, zoom: number): Pin[] {
    const { atMs, live, tracks, without, only, incidentId, unitId } = useReplay.getState();
    const filter = { without, only: only ? incidentId : null };
    const scene = { atMs, rows: live.rows, tracks, filter, incidentId, unitId };
    return draw(new Sheet(g, tokensOf(this.look), size, zoom), scene, project);
  }

  private choose(pin: Pin): void {
    if (pin.unitId === null) selectIncident(pin.incidentId);
    else selectUnit(pin.unitId === useReplay.getState().unitId ? null : pin.unitId);
  }
}
