/** MapLibre as every map here uses it: the city's own tiles, flat, words in the reader's language. */
import "maplibre-gl/dist/maplibre-gl.css";
import { addProtocol, Map as GlMap, NavigationControl, ScaleControl, setWorkerUrl, type MapOptions } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { Protocol } from "pmtiles";

import { i18next } from "../i18n";
import { buildStyle, tokensOf } from "./style";

setWorkerUrl(workerUrl);
addProtocol("pmtiles", new Protocol().tile);

export const BASEMAP = `${location.origin}/basemap.pmtiles`;

/** The basemap in the colours of an element. */
export function styleOf(look: Element) {
  return buildStyle(tokensOf(look), BASEMAP);
}

/** A map with the basemap in the colours of `look`, showing `view`. Throws without WebGL2. */
export function createMap(container: HTMLElement, look: Element, view: Partial<MapOptions>): GlMap {
  const map = new GlMap({
    container,
    style: styleOf(look),
    ...view,
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
