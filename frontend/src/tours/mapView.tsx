/** The tours along their roads, stops by vehicle and turn. Loaded apart; what fails in it stays in it. */
import { LngLatBounds, type GeoJSONSource, type Map as GlMap } from "maplibre-gl";
import type { FeatureCollection } from "geojson";
import { useEffect, useRef, useState } from "react";

import { useCentre } from "../live/store";
import { createMap, useThemeOf } from "../map/gl";
import { NoTiles } from "../map/parts";
import type { LonLat } from "../protocol";
import { useUi } from "../state/ui";
import { colourOf, type Tour } from "./data";

const WAYS = "tours";

/** With the chosen tour on top, the others faint. */
function waysOf(tours: readonly Tour[], chosen: string | null): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: tours.map((tour, n) => ({
      type: "Feature",
      properties: { colour: colourOf(n), shown: chosen === null || chosen === tour.vehicle ? 1 : 0.15 },
      geometry: { type: "LineString", coordinates: tour.way },
    })),
  };
}

function addWays(map: GlMap, data: FeatureCollection): void {
  if (map.getSource(WAYS) !== undefined) return;
  map.addSource(WAYS, { type: "geojson", data });
  const layout = { "line-cap": "round", "line-join": "round" } as const;
  map.addLayer({ id: "tours-case", type: "line", source: WAYS, layout, paint: { "line-color": "#0c1116", "line-width": 7, "line-opacity": ["get", "shown"] } });
  map.addLayer({ id: "tours", type: "line", source: WAYS, layout, paint: { "line-color": ["get", "colour"], "line-width": 4, "line-opacity": ["get", "shown"] } });
}

/** A mark over each stop, moved with the map: the library's own marks would weigh on every page with a map. */
class Pins {
  private readonly held: { at: LonLat; element: HTMLElement }[];

  constructor(private readonly map: GlMap, stops: readonly { at: LonLat; text: string; colour: string }[]) {
    this.held = stops.map(({ at, text, colour }) => {
      const element = document.createElement("span");
      element.className = "tours-pin on-map";
      element.textContent = text;
      element.style.background = colour;
      element.setAttribute("aria-hidden", "true");
      map.getCanvasContainer().append(element);
      return { at, element };
    });
    map.on("move", this.place);
    map.on("resize", this.place);
    this.place();
  }

  private readonly place = () => {
    for (const { at, element } of this.held) {
      const { x, y } = this.map.project(at);
      element.style.transform = `translate(-50%, -50%) translate(${x}px, ${y}px)`;
    }
  };

  remove(): void {
    this.map.off("move", this.place);
    this.map.off("resize", this.place);
    for (const { element } of this.held) element.remove();
  }
}

function show(map: GlMap, tours: readonly Tour[], chosen: string | null): Pins {
  const data = waysOf(tours, chosen);
  void map.getSource<GeoJSONSource>(WAYS)?.setData(data);
  const seen = tours.map((tour, n) => ({ tour, n })).filter(({ tour }) => chosen === null || tour.vehicle === chosen);
  const bounds = new LngLatBounds();
  for (const { tour } of seen) for (const at of tour.way) bounds.extend(at);
  if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: 48, maxZoom: 16, animate: false });
  const stops = seen.flatMap(({ tour, n }) => tour.stops.map((stop, turn) => ({ at: stop.at, text: `${n + 1}.${turn + 1}`, colour: colourOf(n) })));
  return new Pins(map, stops);
}

export default function MapView({ tours, chosen }: { tours: readonly Tour[]; chosen: string | null }) {
  const container = useRef<HTMLDivElement>(null);
  const map = useRef<GlMap | null>(null);
  const [made, setMade] = useState(0);
  const [tiles, setTiles] = useState(true);
  const lang = useUi((s) => s.lang);
  const latest = useRef({ tours, chosen });
  useEffect(() => {
    latest.current = { tours, chosen };
  }, [tours, chosen]);
  useEffect(() => {
    const box = container.current;
    if (box === null) return;
    const bounds = useCentre.getState().city?.bounds ?? [106.6, 10.7, 106.8, 10.9];
    const created = createMap(box, document.documentElement, { bounds }, setTiles);
    // A change of theme takes the layers away with the style.
    created.on("styledata", () => created.isStyleLoaded() !== undefined && addWays(created, waysOf(latest.current.tours, latest.current.chosen)));
    map.current = created;
    setMade((n) => n + 1);
    return () => {
      map.current = null;
      created.remove();
    };
  }, [lang]);
  useThemeOf(map, () => document.documentElement);
  useEffect(() => {
    if (map.current === null) return;
    const pins = show(map.current, tours, chosen);
    return () => pins.remove();
  }, [tours, chosen, made]);
  return (
    <>
      <div ref={container} className="map-gl" />
      {!tiles && <NoTiles />}
    </>
  );
}
