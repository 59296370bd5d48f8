/** A small map of the way. Loaded apart; without WebGL or tiles the page goes on without it. */
import { LngLatBounds, Map as GlMap, ScaleControl, type GeoJSONSource } from "maplibre-gl";
import type { Feature } from "geojson";
import { useEffect, useRef } from "react";

import { t } from "../i18n";
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

/** A mark that stays over its place when the map moves; nowhere until it is told where. */
class Pin {
  private at: LonLat | null = null;
  private readonly element = document.createElement("span");

  constructor(private readonly map: GlMap, className: string, text = "") {
    this.element.className = `f-mark ${className}`;
    this.element.textContent = text;
    this.element.setAttribute("aria-hidden", "true");
    map.on("move", () => this.place());
    map.on("resize", () => this.place());
  }

  put(at: LonLat): void {
    this.at = at;
    this.place();
  }

  private place(): void {
    if (this.at === null) return;
    const { x, y } = this.map.project(this.at);
    this.element.style.transform = `translate(-50%, -50%) translate(${x}px, ${y}px)`;
    if (!this.element.isConnected) this.map.getCanvasContainer().append(this.element);
  }
}

function show(map: GlMap, { line, own, to }: Props): void {
  const bounds = new LngLatBounds(to, to);
  for (const at of line) bounds.extend(at);
  if (own !== null) bounds.extend(own);
  map.fitBounds(bounds, { padding: { top: 56, bottom: 40, left: 48, right: 48 }, maxZoom: 16, animate: false });
}

export default function WayMap(props: Props) {
  const container = useRef<HTMLDivElement>(null);
  const made = useRef<{ map: GlMap; own: Pin; to: Pin } | null>(null);
  const latest = useRef(props);
  const theme = useUi((s) => s.theme);
  useEffect(() => {
    latest.current = props;
    const held = made.current;
    if (held === null) return;
    held.to.put(props.to);
    if (props.own !== null) held.own.put(props.own);
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
      locale: { "Map.Title": t("map.canvas") },
    });
    map.addControl(new ScaleControl({ unit: "metric" }), "bottom-right");
    // Tiles that do not come are missed, not mourned: the figures stand beside.
    watchTiles(map, () => undefined);
    const target = new Pin(map, `prio prio-${priority} f-pin`, String(priority));
    const self = new Pin(map, "f-own");
    target.put(to);
    if (own !== null) self.put(own);
    made.current = { map, own: self, to: target };
    show(map, latest.current);
    return () => {
      made.current = null;
      map.remove();
    };
  }, [theme]);
  return <div ref={container} className="f-map" />;
}
