/** The city at the instant shown. Loaded apart; what fails in it stays in it. */
import type { Map as GlMap, MapOptions } from "maplibre-gl";
import { useEffect, useRef, useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import { createMap, useThemeOf } from "../map/gl";
import { NoTiles } from "../map/parts";
import { useUi } from "../state/ui";
import { PastCanvas } from "./pastCanvas";
import { useReplay } from "./store";
import { useChosen } from "./use";

const LOOK_ZOOM = 14;

/** What the map shows first: the view of the address, else the city. */
function firstView(): Partial<MapOptions> {
  const { view } = useReplay.getState();
  if (view !== null) return { center: [view.lon, view.lat], zoom: view.zoom };
  return { bounds: useCentre.getState().city?.bounds ?? [106.6, 10.7, 106.8, 10.9] };
}

function keepView(map: GlMap): void {
  const { lng, lat } = map.getCenter();
  useReplay.setState({ view: { lon: lng, lat, zoom: map.getZoom() } });
}

/** Goes to the chosen incident when it is chosen, unless the address says where to look. */
function useLookAtChosen(map: { current: GlMap | null }, ready: boolean) {
  const chosen = useChosen();
  const looked = useRef<string | null>(useReplay.getState().view === null ? null : "address");
  const lonLat = chosen?.place.lon_lat ?? null;
  const id = chosen?.id ?? null;
  useEffect(() => {
    if (!ready || map.current === null || lonLat === null || id === null || looked.current === id) return;
    const fromAddress = looked.current === "address";
    looked.current = id;
    if (!fromAddress) map.current.jumpTo({ center: lonLat, zoom: Math.max(LOOK_ZOOM, map.current.getZoom()) });
  }, [map, ready, lonLat, id]);
}

export default function MapView() {
  const { t } = useTranslation();
  const container = useRef<HTMLDivElement>(null);
  const map = useRef<GlMap | null>(null);
  const [tiles, setTiles] = useState(true);
  const [ready, setReady] = useState(false);
  const lang = useUi((s) => s.lang);
  const stepS = useReplay((s) => s.tracks.stepS);

  useEffect(() => {
    const box = container.current;
    const look = box?.closest(".replay");
    if (box == null || look == null) return;
    const made = createMap(box, look, firstView(), setTiles);
    const canvas = new PastCanvas(made, look);
    map.current = made;
    setReady(true);
    made.on("moveend", () => keepView(made));
    return () => {
      map.current = null;
      canvas.remove();
      made.remove();
    };
  }, [lang]);

  useThemeOf(map, () => container.current?.closest(".replay") ?? null);

  useLookAtChosen(map, ready);

  return (
    <>
      <div ref={container} className="map-gl" />
      {!tiles && <NoTiles />}
      {stepS > 0 && <p className="replay-thinned note">{t("replay.thinned", { seconds: stepS })}</p>}
    </>
  );
}
