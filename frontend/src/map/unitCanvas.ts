/** The live overlay: redrawn when positions, rows, the view or what the person looks at have changed. */
import type { Map as GlMap } from "maplibre-gl";

import { positions } from "../live/positions";
import { useCentre } from "../live/store";
import type { Unit } from "../protocol";
import { useOtherWays } from "../state/otherWays";
import { neighbourOf, offersOf } from "../state/recommendation";
import { useRoadDraft } from "../state/roadDraft";
import { select, useUi } from "../state/ui";
import { draw, sightsOf } from "./drawing";
import { Sheet } from "./marks";
import { drawDraft } from "./roadMarks";
import { Overlay, type Pin, type Project, type Size } from "./overlay";
import { tokensOf } from "./style";
import { Ways } from "./ways";

/** Ages grow without any frame arriving. */
const AGE_MS = 1000;

export class UnitCanvas {
  private readonly overlay: Overlay;
  private readonly ways: Ways;
  private readonly undo: (() => void)[];

  constructor(map: GlMap) {
    this.overlay = new Overlay(map, {
      draw: (g, size, project, zoom) => this.draw(g, size, project, zoom),
      // Who is drawing marks places, and chooses nothing.
      choose: (pin) => useRoadDraft.getState().draft === null && pin.incidentId !== null && select({ kind: "incident", id: pin.incidentId }),
    });
    const { ask, askSoon } = this.overlay;
    this.ways = new Ways(ask);
    const timer = window.setInterval(ask, AGE_MS);
    this.undo = [
      positions.subscribe(ask),
      useCentre.subscribe((s, before) => s.live.rows !== before.live.rows && ask()),
      useUi.subscribe(askSoon),
      useOtherWays.subscribe(askSoon),
      useRoadDraft.subscribe((s, before) => s.draft !== before.draft && askSoon()),
      () => window.clearInterval(timer),
    ];
  }

  remove(): void {
    for (const undo of this.undo) undo();
    this.ways.remove();
    this.overlay.remove();
  }

  private draw(g: CanvasRenderingContext2D, size: Size, project: Project, zoom: number): Pin[] {
    const { codes, live: { rows } } = useCentre.getState();
    const { selection, candidates, candidate } = useUi.getState();
    const selectedIncident = selection?.kind === "incident" ? selection.id : null;
    const scene = {
      rows,
      sights: sightsOf(rows, (id) => positions.find(id), Date.now()),
      ways: this.ways.list(),
      others: useOtherWays.getState().answer,
      selectedIncident,
      offers: offersOf(rows, selectedIncident),
      neighbourOf: (unit: Unit) => neighbourOf(codes, unit),
      candidates,
      candidate,
    };
    const sheet = new Sheet(g, tokensOf(document.documentElement), size, zoom);
    const pins = draw(sheet, scene, project);
    const { draft } = useRoadDraft.getState();
    if (draft !== null) drawDraft(sheet, draft, { x: size.width / 2, y: size.height / 2 }, project);
    return pins;
  }
}
