/** MapLibre as every map here uses it: the city's own tiles, flat, words in the reader's language. */
import "maplibre-gl/dist/maplibre-gl.css";
import { addProtocol, Map as GlMap, NavigationControl, ScaleControl, setWorkerUrl, type MapOptions, type VectorTileSource } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { PMTiles, Protocol, ResolvedValueCache } from "pmtiles";

import { useEffect, useRef, type RefObject } from "react";

import { t } from "../i18n";
import { useUi } from "../state/ui";
import { buildStyle, tokensOf } from "./style";

setWorkerUrl(workerUrl);
export const BASEMAP = `${location.origin}/basemap.pmtiles`;

/** How long after tiles could not be read they are asked for again. */
const AGAIN_MS = 3_000;

const protocol = new Protocol();
// The library's usual cache would keep a failed first request for as long as the page stands.
protocol.add(new PMTiles(BASEMAP, new ResolvedValueCache()));
addProtocol("pmtiles", protocol.tile);

/** The basemap in the colours of an element. */
export function styleOf(look: Element) {
  return buildStyle(tokensOf(look), BASEMAP);
}

/** Tells whether the basemap can be read, and asks for it again for as long as it cannot. */
export function watchTiles(map: GlMap, tell: (there: boolean) => void): void {
  let again: ReturnType<typeof setTimeout> | undefined;
  map.on("error", () => {
    tell(false);
    clearTimeout(again);
    again = setTimeout(() => map.getSource<VectorTileSource>("city")?.setUrl(`pmtiles://${BASEMAP}`), AGAIN_MS);
  });
  // Only a tile shows that there are tiles: a source that failed counts as loaded too.
  map.on("sourcedata", (event) => {
    if (event.tile !== undefined) tell(true);
  });
  map.on("remove", () => clearTimeout(again));
}

/** A map with the basemap in the colours of `look`, showing `view`. Throws without WebGL2. */
export function createMap(
  container: HTMLElement,
  look: Element,
  view: Partial<MapOptions>,
  tellTiles: (there: boolean) => void,
): GlMap {
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
      "Map.Title": t("map.canvas"),
      "NavigationControl.ZoomIn": t("map.zoom_in"),
      "NavigationControl.ZoomOut": t("map.zoom_out"),
    },
  });
  watchTiles(map, tellTiles);
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-right");
  return map;
}

/** Draws the map anew when the theme changes; it was made in the theme of its first moment. */
export function useThemeOf(map: RefObject<GlMap | null>, look: () => Element | null): void {
  const theme = useUi((s) => s.theme);
  const drawn = useRef(theme);
  useEffect(() => {
    const element = look();
    if (drawn.current === theme || element === null) return;
    drawn.current = theme;
    map.current?.setStyle(styleOf(element));
  });
}
