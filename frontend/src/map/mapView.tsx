/** MapLibre over the city's own tiles. Loaded apart, so that the lists never wait for it. */
import type { Map as GlMap, MapOptions } from "maplibre-gl";
import { useEffect, useRef, useState, type RefObject } from "react";

import { askForPositions, useCentre } from "../live/store";
import type { Bbox } from "../live/viewport";
import type { LonLat } from "../protocol";
import { useOtherWays } from "../state/otherWays";
import { offersOf } from "../state/recommendation";
import { addPoint, useRoadDraft } from "../state/roadDraft";
import { useUi, type Lang } from "../state/ui";
import { useRested } from "../ui/rested";
import { boundsOf } from "./bounds";
import { createMap, useThemeOf } from "./gl";
import { NoTiles } from "./parts";
import { ReachLayer } from "./reachLayer";
import { UnitCanvas } from "./unitCanvas";
import { placesOf } from "./ways";

/** Long enough to be on the safe side of the tiles' own range of zooms. */
const LOOK_ZOOM = 15.5;

const MARGIN_PX = 60;
/** What lies nearer to the map's edge is not well seen. */
const RIM_PX = 24;
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

function showAll(map: GlMap, places: readonly LonLat[]): void {
  const bounds = boundsOf(places);
  if (bounds !== null) map.fitBounds(bounds, { padding: MARGIN_PX, maxZoom: LOOK_ZOOM, animate: false });
}

/** Whether each of these places can be seen, and not just at the rim. */
function sees(map: GlMap, places: readonly LonLat[]): boolean {
  const { clientWidth, clientHeight } = map.getContainer();
  return places.every((place) => {
    const { x, y } = map.project(place);
    return x >= RIM_PX && y >= RIM_PX && x <= clientWidth - RIM_PX && y <= clientHeight - RIM_PX;
  });
}

/** The incident in hand and the units it is offered are seen together as soon as they are known. Nothing moves where
 * they are in sight, while somebody draws, or once a person has moved the map for this incident. */
function useOfferedInSight(map: RefObject<GlMap | null>): void {
  const inHand = useUi((s) => (s.selection?.kind === "incident" ? s.selection.id : null));
  const offered = useCentre((s) => [...offersOf(s.live.rows, inHand)].flatMap(([id, offer]) => (offer === "proposed" ? [id] : [])).sort().join());
  // A view that came with the address is what a person arranged.
  const arranged = useRef(useUi.getState().view === null ? null : inHand);
  useEffect(() => {
    const { current } = map;
    if (current === null) return;
    const note = (event: object) => {
      const { selection } = useUi.getState();
      if ("originalEvent" in event) arranged.current = selection?.kind === "incident" ? selection.id : null;
    };
    current.on("movestart", note);
    return () => void current.off("movestart", note);
  }, [map]);
  useEffect(() => {
    if (map.current === null || inHand === null || arranged.current === inHand || useRoadDraft.getState().draft !== null) return;
    const places = placesOf(useCentre.getState().live.rows, inHand, false);
    if (places.length > 1 && !sees(map.current, places)) showAll(map.current, places);
  }, [map, inHand, offered]);
}

/** The other ways that a person asked for are seen whole when they come; after that the map is moved by hand alone. */
function useWaysInSight(map: RefObject<GlMap | null>): void {
  const unitId = useOtherWays((s) => (s.answer === null ? null : s.unitId));
  useEffect(() => {
    const { answer } = useOtherWays.getState();
    if (map.current === null || unitId === null || answer === null) return;
    const places = [answer, ...answer.alternatives].flatMap((way) => way.lon_lats);
    if (!sees(map.current, places)) showAll(map.current, places);
  }, [map, unitId]);
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
    const [only, ...others] = lookAt.places;
    if (only !== undefined && others.length === 0) map.current.jumpTo({ center: only, zoom: Math.max(LOOK_ZOOM, map.current.getZoom()) });
    else showAll(map.current, lookAt.places);
    keepView(map.current);
  }, [map, lookAt]);

  // Places offered for what was heard are all seen at once; going through their list moves nothing, and who has
  // chosen one before the map came is looking at that.
  useEffect(() => {
    lookedBefore.current = looked;
  }, [places]);
  useEffect(() => {
    if (lookedBefore.current !== looked) return;
    if (map.current !== null) showAll(map.current, useUi.getState().candidates.map((place) => place.lon_lat));
  }, [map, offered]);
  useOfferedInSight(map);
  useWaysInSight(map);

  return (
    <>
      <div ref={container} className="map-gl" />
      {!tiles && <NoTiles />}
    </>
  );
}
