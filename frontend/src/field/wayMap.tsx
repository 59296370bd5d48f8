/** A small map of the way. Loaded apart; without WebGL or tiles the page goes on without it. */
import { LngLatBounds, Map as GlMap, Marker, ScaleControl, type GeoJSONSource } from "maplibre-gl";
import type { Feature } from "geojson";
import { useEffect, useRef } from "react";

import { i18next } from "../i18n";
import { BASEMAP, watchTiles } from "../map/gl";
import { buildStyle, tokensOf } from "../map/style";
import type { LonLat } from "../protocol";
import { useUi } from "../state/ui";

const WAY = "way";

interface Props {
  line: readonly LonLat[];
  own: LonLat | null;
  to: LonLat;
  priority: number;
}

function styleNow(line: readonly LonLat[]) {
  const token = tokensOf(document.documentElement);
  const style = buildStyle(token, BASEMAP);
  const layout = { "line-cap": "round", "line-join": "round" } as const;
  style.sources[WAY] = { type: "geojson", data: lineOf(line) };
  style.layers.push(
    { id: "way-case", type: "line", source: WAY, layout, paint: { "line-color": token("--m-case"), "line-width": 9 } },
    { id: "way", type: "line", source: WAY, layout, paint: { "line-color": token("--st-enroute"), "line-width": 5 } },
  );
  return style;
}

function lineOf(line: readonly LonLat[]): Feature {
  return { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: line.map((at) => [...at]) } };
}

function pin(className: string, text: string): HTMLElement {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  element.setAttribute("aria-hidden", "true");
  return element;
}

function show(map: GlMap, { line, own, to }: Props): void {
  const bounds = new LngLatBounds(to, to);
  for (const at of line) bounds.extend(at);
  if (own !== null) bounds.extend(own);
  map.fitBounds(bounds, { padding: { top: 56, bottom: 40, left: 48, right: 48 }, maxZoom: 16, animate: false });
}

export default function WayMap(props: Props) {
  const container = useRef<HTMLDivElement>(null);
  const made = useRef<{ map: GlMap; own: Marker; to: Marker } | null>(null);
  const latest = useRef(props);
  const theme = useUi((s) => s.theme);
  useEffect(() => {
    latest.current = props;
    const held = made.current;
    if (held === null) return;
    held.to.setLngLat(props.to);
    if (props.own !== null) held.own.setLngLat(props.own).addTo(held.map);
    void held.map.getSource<GeoJSONSource>(WAY)?.setData(lineOf(props.line));
    show(held.map, props);
  }, [props]);
  useEffect(() => {
    if (container.current === null) return;
    const { line, own, to, priority } = latest.current;
    const map = new GlMap({
      container: container.current,
      style: styleNow(line),
      center: to,
      zoom: 14,
      attributionControl: false,
      interactive: false,
      fadeDuration: 0,
      locale: { "Map.Title": i18next.t("map.canvas") },
    });
    map.addControl(new ScaleControl({ unit: "metric" }), "bottom-right");
    // Tiles that do not come are missed, not mourned: the figures stand beside.
    watchTiles(map, () => undefined);
    const target = new Marker({ element: pin(`prio prio-${priority} f-pin`, String(priority)) }).setLngLat(to).addTo(map);
    const self = new Marker({ element: pin("f-own", "") });
    if (own !== null) self.setLngLat(own).addTo(map);
    made.current = { map, own: self, to: target };
    show(map, latest.current);
    return () => {
      made.current = null;
      map.remove();
    };
  }, [theme]);
  return <div ref={container} className="f-map" />;
}
