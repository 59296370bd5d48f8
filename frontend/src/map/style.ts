/** The basemap's look: roads by width first, land, water and parks close in lightness; labels by local fonts. */
import latinUrl from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-400-normal.woff2?url";
import vietnameseUrl from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-vietnamese-400-normal.woff2?url";
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";

const FONT = "Be Vietnam Pro";

const VIETNAMESE = [
  "U+0102-0103", "U+0110-0111", "U+0128-0129", "U+0168-0169", "U+01A0-01A1", "U+01AF-01B0",
  "U+0300-0301", "U+0303-0304", "U+0308-0309", "U+0323", "U+0329", "U+1EA0-1EF9", "U+20AB",
];

export type Token = (name: string) => string;

/** Reads the tokens of the theme that the page wears now. */
export function tokensOf(element: Element): Token {
  const style = getComputedStyle(element);
  // Asked for every glyph of a picture: the browser looks each up once.
  const known = new Map<string, string>();
  return (name) => {
    let value = known.get(name);
    if (value === undefined) known.set(name, (value = style.getPropertyValue(name).trim()));
    return value;
  };
}

const ROAD_RANKS: readonly (readonly [string, readonly string[]])[] = [
  ["--m-r1", ["service", "path", "footway", "track", "steps", "cycleway", "pedestrian", "living_street"]],
  ["--m-r2", ["residential", "unclassified", "road"]],
  ["--m-r3", ["tertiary", "secondary"]],
  ["--m-r4", ["primary", "trunk", "motorway"]],
];

const WIDTHS: readonly (readonly [number, number])[] = [
  [0.4, 5],
  [0.6, 9],
  [1, 14],
  [1.6, 20],
];

function roadWidth(rank: number): ExpressionSpecification {
  const [far, near] = WIDTHS[rank] ?? [1, 10];
  return ["interpolate", ["exponential", 1.5], ["zoom"], 10, far, 18, near];
}

function roads(token: Token): LayerSpecification[] {
  return ROAD_RANKS.map(([colour, classes], rank) => ({
    id: `road-${rank}`,
    type: "line",
    source: "city",
    "source-layer": "roads",
    filter: ["in", ["get", "class"], ["literal", [...classes]]],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": token(colour), "line-width": roadWidth(rank) },
  }));
}

function label(id: string, layer: string, token: Token, size: number, along: boolean, minzoom: number): LayerSpecification {
  return {
    id,
    type: "symbol",
    source: "city",
    "source-layer": layer,
    minzoom,
    filter: ["has", "name"],
    layout: {
      "text-field": ["get", "name"],
      "text-font": [FONT],
      "text-size": size,
      "symbol-placement": along ? "line" : "point",
    },
    paint: { "text-color": token("--m-label"), "text-halo-color": token("--m-halo"), "text-halo-width": 1.2 },
  };
}

export function buildStyle(token: Token, basemap: string): StyleSpecification {
  const fill = (id: string, layer: string, colour: string): LayerSpecification => ({
    id,
    type: "fill",
    source: "city",
    "source-layer": layer,
    filter: ["==", ["geometry-type"], "Polygon"],
    paint: { "fill-color": token(colour) },
  });
  return {
    version: 8,
    "font-faces": {
      [FONT]: [{ url: absolute(vietnameseUrl), "unicode-range": VIETNAMESE }, { url: absolute(latinUrl) }],
    },
    sources: { city: { type: "vector", url: `pmtiles://${basemap}` } },
    layers: [
      { id: "land", type: "background", paint: { "background-color": token("--m-land") } },
      fill("parks", "parks", "--m-park"),
      fill("water", "water", "--m-water"),
      {
        id: "streams",
        type: "line",
        source: "city",
        "source-layer": "water",
        filter: ["==", ["geometry-type"], "LineString"],
        paint: { "line-color": token("--m-water"), "line-width": 1.5 },
      },
      {
        id: "ward-lines",
        type: "line",
        source: "city",
        "source-layer": "wards",
        paint: { "line-color": token("--m-r4"), "line-dasharray": [3, 3], "line-width": 0.6 },
      },
      ...roads(token),
      label("road-names", "roads", token, 11, true, 14),
      label("ward-names", "wards", token, 12, false, 11),
      label("place-names", "places", token, 11, false, 15),
    ],
  };
}

function absolute(url: string): string {
  return new URL(url, location.href).href;
}
