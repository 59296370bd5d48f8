/** Keeps the canvas over the map in step: redraws at most once a frame, when something changed. */
import type { Map as GlMap } from "maplibre-gl";

import { positions } from "../live/positions";
import { useCentre } from "../live/store";
import { select, useUi } from "../state/ui";
import { draw, sightsOf, type Pin } from "./drawing";
import { tokensOf } from "./style";
import { Ways } from "./ways";

const REACH_PX = 14;
/** Ages grow without any frame arriving. */
const AGE_MS = 1000;

export class UnitCanvas {
  private readonly canvas = document.createElement("canvas");
  private pins: Pin[] = [];
  private asked = false;
  private readonly undo: (() => void)[] = [];
  private readonly ways: Ways;

  constructor(private readonly map: GlMap) {
    this.canvas.className = "unit-canvas";
    this.canvas.setAttribute("aria-hidden", "true");
    map.getCanvasContainer().appendChild(this.canvas);
    const ask = () => this.ask();
    this.ways = new Ways(ask);
    map.on("move", ask);
    map.on("resize", ask);
    map.on("click", (event) => this.choose(event.point.x, event.point.y));
    const timer = window.setInterval(ask, AGE_MS);
    this.undo.push(
      positions.subscribe(ask),
      useCentre.subscribe((s, before) => s.live.rows !== before.live.rows && ask()),
      useUi.subscribe(ask),
      () => window.clearInterval(timer),
    );
    ask();
  }

  remove(): void {
    for (const undo of this.undo) undo();
    this.ways.remove();
    this.canvas.remove();
  }

  private ask(): void {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.draw();
    });
  }

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
    const { rows } = useCentre.getState().live;
    const { selection, candidates, candidate } = useUi.getState();
    const scene = {
      rows,
      sights: sightsOf(rows, (id) => positions.find(id), Date.now()),
      ways: this.ways.list(),
      selectedIncident: selection?.kind === "incident" ? selection.id : null,
      candidates,
      candidate,
      zoom: this.map.getZoom(),
    };
    this.pins = draw(g, box, scene, (lonLat) => this.map.project(lonLat), tokensOf(document.documentElement));
  }

  private choose(x: number, y: number): void {
    const near = this.pins.filter((pin) => Math.hypot(pin.x - x, pin.y - y) <= REACH_PX).at(-1);
    if (near?.incidentId) select({ kind: "incident", id: near.incidentId });
  }
}
