/** MapLibre over the city's own tiles. Loaded apart, so that the lists never wait for it. */
import "maplibre-gl/dist/maplibre-gl.css";
import { addProtocol, Map as GlMap, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { Protocol } from "pmtiles";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { i18next } from "../i18n";
import { askForPositions, useCentre } from "../live/store";
import type { Bbox } from "../live/viewport";
import { useUi, type Lang } from "../state/ui";
import { buildStyle, tokensOf } from "./style";
import { UnitCanvas } from "./unitCanvas";

setWorkerUrl(workerUrl);
addProtocol("pmtiles", new Protocol().tile);

const BASEMAP = `${location.origin}/basemap.pmtiles`;
/** Long enough to be on the safe side of the tiles' own range of zooms. */
const LOOK_ZOOM = 15.5;

function styleNow() {
  return buildStyle(tokensOf(document.documentElement), BASEMAP);
}

function createMap(container: HTMLElement): GlMap {
  const bbox = useCentre.getState().city?.bounds ?? [106.6, 10.7, 106.8, 10.9];
  const map = new GlMap({
    container,
    style: styleNow(),
    bounds: bbox,
    maxZoom: 19,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    keyboard: true,
    locale: {
      "Map.Title": i18next.t("map.canvas"),
      "NavigationControl.ZoomIn": i18next.t("map.zoom_in"),
      "NavigationControl.ZoomOut": i18next.t("map.zoom_out"),
    },
  });
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-right");
  return map;
}

type Trouble = "none" | "tiles";

/** The map for as long as the panel stands, named anew with the language. Throws without WebGL2. */
function useGlMap(setTrouble: (trouble: Trouble) => void, lang: Lang) {
  const container = useRef<HTMLDivElement>(null);
  const map = useRef<GlMap | null>(null);
  useEffect(() => {
    if (container.current === null) return;
    const made = createMap(container.current);
    const canvas = new UnitCanvas(made);
    map.current = made;
    const ask = () => askForPositions(made.getBounds().toArray().flat() as Bbox);
    made.on("load", ask);
    made.on("moveend", ask);
    made.on("error", () => setTrouble("tiles"));
    made.on("sourcedata", (event) => event.isSourceLoaded && setTrouble("none"));
    return () => {
      map.current = null;
      canvas.remove();
      made.remove();
    };
  }, [setTrouble, lang]);
  return { container, map };
}

export default function MapView() {
  const { t } = useTranslation();
  const [trouble, setTrouble] = useState<Trouble>("none");
  const lang = useUi((s) => s.lang);
  const { container, map } = useGlMap(setTrouble, lang);
  const theme = useUi((s) => s.theme);
  const lookAt = useUi((s) => s.lookAt);

  useEffect(() => {
    map.current?.setStyle(styleNow());
  }, [map, theme]);

  useEffect(() => {
    if (lookAt === null || map.current === null) return;
    map.current.jumpTo({ center: lookAt.lonLat, zoom: Math.max(LOOK_ZOOM, map.current.getZoom()) });
  }, [map, lookAt]);

  return (
    <>
      <div ref={container} className="map-gl" />
      {trouble === "tiles" && (
        <p className="map-note" role="note">
          {t("map.no_tiles")}
        </p>
      )}
    </>
  );
}
