/** The numbers of the page, the chosen one, where a past one stood from then on, and the pin that puts one right. */
import { LngLatBounds, type GeoJSONSource, type Map as GlMap } from "maplibre-gl";
import type { FeatureCollection } from "geojson";
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import { createMap, useThemeOf } from "../map/gl";
import { NoTiles } from "../map/parts";
import type { LonLat } from "../protocol";
import { useUi } from "../state/ui";
import { shifted, type KnownNumber, type PastNumber } from "./data";

type Row = KnownNumber | PastNumber;

export interface MapProps {
  rows: readonly Row[];
  chosen: Row | null;
  pin: LonLat | null;
  onChoose: (row: Row) => void;
  onMove: (pin: LonLat) => void;
}

const SOURCE = "places";
const NEAR_ZOOM = 17;
/** A finger and a mouse do not hit a dot on its middle. */
const REACH_PX = 8;

function featuresOf(rows: readonly Row[], chosen: Row | null): FeatureCollection {
  const dots = rows.map((row, n) => ({ at: [row.lon, row.lat], kind: row.id === chosen?.id ? "chosen" : "dot", n }));
  const stands = chosen !== null && "stands" in chosen ? chosen.stands : null;
  return {
    type: "FeatureCollection",
    features: [
      ...(chosen !== null && stands !== null ? [{ type: "Feature" as const, properties: { kind: "way" }, geometry: { type: "LineString" as const, coordinates: [[chosen.lon, chosen.lat], stands] } }] : []),
      ...dots.map(({ at, kind, n }) => ({ type: "Feature" as const, properties: { kind, n }, geometry: { type: "Point" as const, coordinates: at } })),
      ...(stands !== null ? [{ type: "Feature" as const, properties: { kind: "stands" }, geometry: { type: "Point" as const, coordinates: stands } }] : []),
    ],
  };
}

function addLayers(map: GlMap, data: FeatureCollection): void {
  if (map.getSource(SOURCE) !== undefined) return;
  const look = getComputedStyle(document.documentElement);
  const [ink, ground, focus] = ["--st-enroute", "--m-land", "--strong"].map((name) => look.getPropertyValue(name).trim());
  map.addSource(SOURCE, { type: "geojson", data });
  map.addLayer({ id: "places-way", type: "line", source: SOURCE, filter: ["==", ["get", "kind"], "way"], paint: { "line-color": focus ?? "", "line-width": 2, "line-dasharray": [2, 2] } });
  map.addLayer({
    id: "places-dots", type: "circle", source: SOURCE, filter: ["in", ["get", "kind"], ["literal", ["dot", "chosen"]]],
    paint: {
      "circle-radius": ["case", ["==", ["get", "kind"], "chosen"], 8, 5],
      "circle-color": ["case", ["==", ["get", "kind"], "chosen"], focus ?? "", ink ?? ""],
      "circle-stroke-color": ground ?? "", "circle-stroke-width": 1.5,
    },
  });
  map.addLayer({ id: "places-stands", type: "circle", source: SOURCE, filter: ["==", ["get", "kind"], "stands"], paint: { "circle-radius": 8, "circle-color": "transparent", "circle-stroke-color": focus ?? "", "circle-stroke-width": 2.5 } });
}

/** What of the map has to be seen: the chosen one near by, else all. */
function look(map: GlMap, rows: readonly Row[], chosen: Row | null): void {
  if (chosen !== null) {
    map.jumpTo({ center: [chosen.lon, chosen.lat], zoom: Math.max(map.getZoom(), NEAR_ZOOM) });
    return;
  }
  const bounds = new LngLatBounds();
  for (const row of rows) bounds.extend([row.lon, row.lat]);
  if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: 40, maxZoom: NEAR_ZOOM, animate: false });
}

/** Arrows move by so many metres, with Shift by ten times as many. */
const STEP_M = 2;
const STEPS: Record<string, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** The pin: dragged, or moved by arrows. Its tip is the place. */
function Pin({ map, at, onMove }: { map: GlMap; at: LonLat; onMove: (pin: LonLat) => void }) {
  const { t } = useTranslation();
  const [, setMoved] = useState(0);
  const held = useRef<{ x: number; y: number } | null>(null);
  useEffect(() => {
    const again = () => setMoved((n) => n + 1);
    map.on("move", again);
    map.on("resize", again);
    return () => {
      map.off("move", again);
      map.off("resize", again);
    };
  }, [map]);
  const { x, y } = map.project(at);
  const take = (event: PointerEvent<HTMLButtonElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    held.current = { x: event.clientX - x, y: event.clientY - y };
  };
  const move = (event: PointerEvent) => {
    if (held.current === null) return;
    const { lng, lat } = map.unproject([event.clientX - held.current.x, event.clientY - held.current.y]);
    onMove([lng, lat]);
  };
  const step = (event: KeyboardEvent) => {
    const by = STEPS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const metres = event.shiftKey ? STEP_M * 10 : STEP_M;
    onMove(shifted(at, by[0] * metres, by[1] * metres));
  };
  return (
    <button
      type="button"
      className="places-pin"
      aria-label={t("places.pin")}
      style={{ transform: `translate(${x}px, ${y}px)` }}
      onPointerDown={take}
      onPointerMove={move}
      onPointerUp={() => (held.current = null)}
      onPointerCancel={() => (held.current = null)}
      onKeyDown={step}
    >
      <svg viewBox="0 0 24 32" width="24" height="32" aria-hidden="true">
        <path d="M12 31 3 17a10.5 10.5 0 1 1 18 0Z" />
        <circle cx="12" cy="11.5" r="4" />
      </svg>
    </button>
  );
}

export default function MapView({ rows, chosen, pin, onChoose, onMove }: MapProps) {
  const container = useRef<HTMLDivElement>(null);
  const map = useRef<GlMap | null>(null);
  const [made, setMade] = useState<GlMap | null>(null);
  const [tiles, setTiles] = useState(true);
  const lang = useUi((s) => s.lang);
  const latest = useRef({ rows, chosen, onChoose });
  useEffect(() => {
    latest.current = { rows, chosen, onChoose };
  });
  useEffect(() => {
    const box = container.current;
    if (box === null) return;
    const bounds = useCentre.getState().city?.bounds ?? [106.6, 10.7, 106.8, 10.9];
    const created = createMap(box, document.documentElement, { bounds }, setTiles);
    // A change of theme takes the layers away with the style.
    created.on("styledata", () => created.isStyleLoaded() !== undefined && addLayers(created, featuresOf(latest.current.rows, latest.current.chosen)));
    created.on("click", ({ point: { x, y } }) => {
      const around: [[number, number], [number, number]] = [[x - REACH_PX, y - REACH_PX], [x + REACH_PX, y + REACH_PX]];
      const n = created.queryRenderedFeatures(around, { layers: ["places-dots"] })[0]?.properties.n as number | undefined;
      const row = n === undefined ? undefined : latest.current.rows[n];
      if (row !== undefined) latest.current.onChoose(row);
    });
    map.current = created;
    setMade(created);
    return () => {
      map.current = null;
      created.remove();
    };
  }, [lang]);
  useThemeOf(map, () => document.documentElement);
  useEffect(() => {
    if (made !== null) void made.getSource<GeoJSONSource>(SOURCE)?.setData(featuresOf(rows, chosen));
  }, [made, rows, chosen]);
  // Where to look follows what is chosen and which rows stand there, not that they were asked for again.
  const seen = chosen === null ? rows.map((row) => row.id).join() : `${chosen.id} ${"act" in chosen}`;
  useEffect(() => {
    if (made !== null) look(made, latest.current.rows, latest.current.chosen);
  }, [made, seen]);
  return (
    <>
      <div ref={container} className="map-gl" />
      {made !== null && pin !== null && <Pin map={made} at={pin} onMove={onMove} />}
      {!tiles && <NoTiles />}
    </>
  );
}
