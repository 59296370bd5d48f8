/** MapLibre over the city's own tiles. Loaded apart, so that the lists never wait for it. */
import type { Map as GlMap, MapOptions } from "maplibre-gl";
import { useEffect, useRef, useState } from "react";

import { askForPositions, useCentre } from "../live/store";
import type { Bbox } from "../live/viewport";
import { addPoint, useRoadDraft } from "../state/roadDraft";
import { useUi, type Lang } from "../state/ui";
import { useRested } from "../ui/rested";
import { boundsOf } from "./bounds";
import { createMap, useThemeOf } from "./gl";
import { NoTiles } from "./parts";
import { ReachLayer } from "./reachLayer";
import { UnitCanvas } from "./unitCanvas";

/** Long enough to be on the safe side of the tiles' own range of zooms. */
const LOOK_ZOOM = 15.5;

const MARGIN_PX = 60;
/** The map goes to offered places when they have stood so long without a key: drawn at every key, it holds up their list. */
const OFFERED_REST_MS = 250;
/** Closer than this the first sight of few incidents would show no neighbourhood. */
const FIRST_ZOOM_MOST = 14;

/** What the map shows first: the view of the address, else the open incidents, else the city. */
function firstView(): Partial<MapOptions> {
  const { view } = useUi.getState();
  if (view !== null) return { center: [view.lon, view.lat], zoom: view.zoom };
  const { city, live } = useCentre.getState();
  const open = [...live.rows.incident.values()].flatMap((i) => (i.state === "open" && i.place.lon_lat ? [i.place.lon_lat] : []));
  const bounds = boundsOf(open);
  if (bounds === null) return { bounds: city?.bounds ?? [106.6, 10.7, 106.8, 10.9] };
  return { bounds, fitBoundsOptions: { padding: MARGIN_PX, maxZoom: FIRST_ZOOM_MOST } };
}

function keepView(map: GlMap): void {
  const { lng, lat } = map.getCenter();
  useUi.setState({ view: { lon: lng, lat, zoom: map.getZoom() } });
}

/** A map that is made anew does not jump to where an earlier one was asked to look. */
let looked = 0;

/** The map for as long as the panel stands, named anew with the language. Throws without WebGL2. */
function useGlMap(setTiles: (there: boolean) => void, lang: Lang) {
  const container = useRef<HTMLDivElement>(null);
  const map = useRef<GlMap | null>(null);
  useEffect(() => {
    if (container.current === null) return;
    const made = createMap(container.current, document.documentElement, firstView(), setTiles);
    const canvas = new UnitCanvas(made);
    const reach = new ReachLayer(made);
    map.current = made;
    const ask = () => askForPositions(made.getBounds().toArray().flat() as Bbox);
    made.on("load", ask);
    const keepCentre = () => useRoadDraft.setState({ centre: made.getCenter().toArray() });
    keepCentre();
    made.on("move", keepCentre);
    made.on("click", ({ lngLat }) => addPoint(lngLat.toArray()));
    made.on("moveend", ask);
    // Only what a person did belongs into the address, not the first fit.
    made.on("moveend", (event) => "originalEvent" in event && keepView(made));
    return () => {
      map.current = null;
      useRoadDraft.setState({ centre: null });
      reach.remove();
      canvas.remove();
      made.remove();
    };
  }, [setTiles, lang]);
  return { container, map };
}

export default function MapView() {
  const [tiles, setTiles] = useState(true);
  const lang = useUi((s) => s.lang);
  const { container, map } = useGlMap(setTiles, lang);
  useThemeOf(map, () => document.documentElement);
  const lookAt = useUi((s) => s.lookAt);
  const places = useUi((s) => s.candidates.map((place) => place.lon_lat.join()).join(" "));
  const offered = useRested(places, OFFERED_REST_MS);
  const lookedBefore = useRef(looked);

  useEffect(() => {
    if (lookAt === null || map.current === null || lookAt.n === looked) return;
    looked = lookAt.n;
    map.current.jumpTo({ center: lookAt.lonLat, zoom: Math.max(LOOK_ZOOM, map.current.getZoom()) });
    keepView(map.current);
  }, [map, lookAt]);

  // Places offered for what was heard are all seen at once; going through their list moves nothing, and who has
  // chosen one before the map came is looking at that.
  useEffect(() => {
    lookedBefore.current = looked;
  }, [places]);
  useEffect(() => {
    if (lookedBefore.current !== looked) return;
    const bounds = boundsOf(useUi.getState().candidates.map((place) => place.lon_lat));
    if (bounds !== null) map.current?.fitBounds(bounds, { padding: MARGIN_PX, maxZoom: LOOK_ZOOM, animate: false });
  }, [map, offered]);

  return (
    <>
      <div ref={container} className="map-gl" />
      {!tiles && <NoTiles />}
    </>
  );
}
