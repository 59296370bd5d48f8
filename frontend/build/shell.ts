/** What makes the crew's and the station's page installable: worker with its list of files, manifests, icons. */
import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";

import type { Plugin, Rolldown } from "vite";

type OutputBundle = Rolldown.OutputBundle;

const WORKER = "sw.js";
/** Replaced in the worker's code. */
const PLACEHOLDER = "__SHELL__";
const SIZES = [192, 512];

const APPS = [
  { file: "field.webmanifest", name: "Tổ, kíp / Field unit", short: "Tổ, kíp", start: "/field", display: "standalone" },
  { file: "station.webmanifest", name: "Đơn vị / Station", short: "Đơn vị", start: "/station", display: "standalone" },
];

function manifestOf({ name, short, start, display }: (typeof APPS)[number]): string {
  return JSON.stringify({
    name,
    short_name: short,
    lang: "vi",
    id: start,
    start_url: start,
    scope: start,
    display,
    background_color: "#0c1116",
    theme_color: "#1a2027",
    icons: [
      { src: "/favicon.svg", type: "image/svg+xml", sizes: "any" },
      ...SIZES.map((size) => ({ src: `/icon-${size}.png`, type: "image/png", sizes: `${size}x${size}`, purpose: "any maskable" })),
    ],
  });
}

type Point = readonly [number, number];

/** The favicon's hexagon in its box of 32, drawn smaller so that a round mask cuts nothing off. */
const HEXAGON: readonly Point[] = [[16, 6.5], [25, 11], [25, 21], [16, 25.5], [7, 21], [7, 11]];
const STROKES: readonly (readonly [Point, Point, number])[] = [
  ...HEXAGON.map((from, i): [Point, Point, number] => [from, HEXAGON[(i + 1) % HEXAGON.length] ?? from, 1.1]),
  [[16, 11.5], [16, 17], 1.3],
  [[16, 20], [16, 21], 1.3],
];

function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** How much of a pixel is ink, 0 to 1, smoothed over its own width. */
function inkAt(point: Point, pixel: number): number {
  const reach = Math.min(...STROKES.map(([from, to, half]) => distance(point, from, to) - half));
  return Math.max(0, Math.min(1, 0.5 - reach / pixel));
}

const CRC = Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const crc = body.reduce((sum, byte) => (CRC[(sum ^ byte) & 255] ?? 0) ^ (sum >>> 8), 0xffffffff) ^ 0xffffffff;
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc >>> 0);
  return Buffer.concat([length, body, check]);
}

/** A square PNG (ISO/IEC 15948): eight-bit colour, no filter. */
function drawIcon(size: number): Buffer {
  const [back, ink] = [[0x12, 0x18, 0x1e], [0xf4, 0xf8, 0xfb]];
  const rows = Buffer.alloc(size * (1 + size * 3));
  const pixel = 32 / size;
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const share = inkAt([(x + 0.5) * pixel, (y + 0.5) * pixel], pixel);
      const at = y * (1 + size * 3) + 1 + x * 3;
      back.forEach((value, i) => rows.writeUInt8(Math.round(value + ((ink[i] ?? 0) - value) * share), at + i));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.writeUInt8(8, 8);
  header.writeUInt8(2, 9);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

const PAGES = ["/src/field/index.tsx", "/src/station/index.tsx"];

/** The words of one language, which the code that says them asks for. */
const WORDS = /\/src\/i18n\/(?:vi|en)\/\w+\.json$/;

/** What opening the two pages loads at once, and their words in both languages, so that the language changes without a
    network. What they load later (the map, the heaviest part) is not needed. */
function listShell(bundle: OutputBundle): string[] {
  const found = new Set<string>();
  const visit = (name: string) => {
    const file = bundle[name];
    if (found.has(name) || file?.type !== "chunk") return;
    found.add(name);
    for (const css of file.viteMetadata?.importedCss ?? []) found.add(css);
    file.imports.forEach(visit);
    for (const later of file.dynamicImports) {
      const chunk = bundle[later];
      if (chunk?.type === "chunk" && WORDS.test(chunk.facadeModuleId ?? "")) visit(later);
    }
  };
  for (const [name, file] of Object.entries(bundle)) {
    if (name.endsWith(".woff2")) found.add(name);
    if (file.type !== "chunk") continue;
    const page = PAGES.some((path) => file.facadeModuleId?.endsWith(path) === true);
    if (page || (file.isEntry && name !== WORKER)) visit(name);
  }
  return [...found].sort();
}

export function shell(): Plugin {
  return {
    name: "installable-shell",
    apply: "build",
    generateBundle(_options, bundle) {
      const list = ["/", "/favicon.svg", ...listShell(bundle).map((name) => `/${name}`)];
      const worker = bundle[WORKER];
      if (worker?.type !== "chunk" || !worker.code.includes(PLACEHOLDER)) this.error(`${WORKER} has no ${PLACEHOLDER}`);
      const version = createHash("sha256").update(JSON.stringify(list)).digest("hex").slice(0, 12);
      worker.code = worker.code.replace(PLACEHOLDER, JSON.stringify({ version, list }).replaceAll('"', '\\"'));
      for (const app of APPS) this.emitFile({ type: "asset", fileName: app.file, source: manifestOf(app) });
      for (const size of SIZES) this.emitFile({ type: "asset", fileName: `icon-${size}.png`, source: drawIcon(size) });
    },
  };
}
