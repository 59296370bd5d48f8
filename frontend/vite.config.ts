import { env } from "node:process";
import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { shell } from "./build/shell";

const CENTRE = env.CENTRE_URL ?? "http://127.0.0.1:8080";

/** What several pages share goes into one file: a dozen small ones compress worse, by 3 kB for the console. The map's
    library stays apart, which most pages never load. */
const SHARED = /src.(panels|state|commands|ui|live|sounds|i18n.\w+\.ts|map.(?!gl|style)|protocol)|node_modules.(react|i18next|zustand|uuid|scheduler)/;

export default defineConfig({
  plugins: [react(), shell()],
  // Every browser we build for unpacks gzip by itself; pmtiles brings its own unpacking for those that cannot.
  resolve: { alias: { fflate: fileURLToPath(new URL("build/noFflate.ts", import.meta.url)) } },
  // Words are looked up by their keys, never imported one by one: no second list of them in every file.
  json: { namedExports: false },
  // MapLibre's worker is a module of its own; its URL is handed to the library at run time.
  worker: { format: "es" },
  build: {
    target: "es2022",
    // Every browser we build for preloads modules by itself, or loads them when they are asked for.
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 1200,
    assetsInlineLimit: 0,
    // Which chunks a page loads: read by scripts/budget.mjs.
    manifest: true,
    rolldownOptions: {
      input: { index: "index.html", sw: "src/field/serviceWorker.ts" },
      // A worker answers for what lies beneath it, so it stands at the top, under a name that stays.
      output: {
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
        codeSplitting: { groups: [{ name: "shared", test: SHARED, minShareCount: 2 }] },
      },
    },
  },
  server: {
    port: 5173,
    proxy: {
      "/api": CENTRE,
      "/basemap.pmtiles": CENTRE,
      "/asyncapi.yaml": CENTRE,
      "/ws": { target: CENTRE.replace(/^http/, "ws"), ws: true },
    },
  },
  test: {
    environment: "jsdom",
    // One jsdom for a worker and a context of its own for each file: to make it anew for each took most of the time.
    pool: "vmThreads",
    globals: true,
    setupFiles: ["src/test/setup.ts"],
    css: false,
    // Beside everything else that checks the project, on a machine of two cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
