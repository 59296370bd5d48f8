/** Reachable areas under the roads' names: lightness and the kind of line tell the minutes, as the legend says. */
import type { FeatureCollection } from "geojson";
import type { DataDrivenPropertyValueSpecification, GeoJSONSource, LayerSpecification, Map as GlMap } from "maplibre-gl";

import type { Reach } from "../protocol";
import { useReach } from "../state/reach";
import { tokensOf, type Token } from "./style";

const SOURCE = "reach";
const UNDER = "road-names";
/** By the rank of a limit: the nearest has a full line, the farthest dots. */
const DASHES = [[1, 0], [4, 2], [1, 2]];

/** One feature for each limit, with its rank from the nearest on. Pure. */
export function featuresOf(reach: Reach | null): FeatureCollection {
  const areas = reach?.areas ?? [];
  return {
    type: "FeatureCollection",
    features: areas.map(({ coordinates }, rank) => ({
      type: "Feature",
      properties: { rank },
      geometry: { type: "MultiPolygon", coordinates },
    })),
  };
}

/** Over a whole city outlines are so many that they would hide what they enclose: there the fill alone tells. */
function byZoom(far: number, near: number): DataDrivenPropertyValueSpecification<number> {
  return ["interpolate", ["linear"], ["zoom"], 10.5, far, 13, near];
}

function layersOf(token: Token): LayerSpecification[] {
  const colour = token("--ink");
  const lines = DASHES.map((dash, rank): LayerSpecification => ({
    id: `reach-line-${rank}`,
    type: "line",
    source: SOURCE,
    filter: ["==", ["get", "rank"], rank],
    paint: { "line-color": colour, "line-opacity": byZoom(0.15, 0.8), "line-width": byZoom(0.4, 1.6), "line-dasharray": dash },
  }));
  // What is near lies in what is far: areas that lie over each other are lighter by themselves.
  return [{ id: "reach-fill", type: "fill", source: SOURCE, paint: { "fill-color": colour, "fill-opacity": byZoom(0.18, 0.09) } }, ...lines];
}

/** Keeps the layer on a map, through changes of its look too. */
export class ReachLayer {
  private ready = false;
  private readonly undo: () => void;

  constructor(private readonly map: GlMap) {
    map.on("styledata", this.onStyle);
    this.undo = useReach.subscribe((s, before) => s.reach !== before.reach && this.draw());
  }

  remove(): void {
    this.undo();
    this.map.off("styledata", this.onStyle);
  }

  private readonly onStyle = (): void => {
    this.ready = true;
    if (useReach.getState().reach !== null && this.map.getSource(SOURCE) === undefined) this.draw();
  };

  private draw(): void {
    const data = featuresOf(useReach.getState().reach);
    const known = this.map.getSource<GeoJSONSource>(SOURCE);
    if (known !== undefined) void known.setData(data);
    else if (this.ready && data.features.length > 0) {
      this.map.addSource(SOURCE, { type: "geojson", data });
      for (const layer of layersOf(tokensOf(document.documentElement))) this.map.addLayer(layer, UNDER);
    }
  }
}
