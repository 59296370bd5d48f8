import { env } from "node:process";
import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { shell } from "./build/shell";

const CENTRE = env.CENTRE_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), shell()],
  // Every browser we build for unpacks gzip by itself; pmtiles brings its own unpacking for those that cannot.
  resolve: { alias: { fflate: fileURLToPath(new URL("build/noFflate.ts", import.meta.url)) } },
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
      output: { entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
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
    globals: true,
    setupFiles: ["src/test/setup.ts"],
    css: false,
  },
});
