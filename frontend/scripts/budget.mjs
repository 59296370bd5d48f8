// The page's scripts, compressed, must stay under the budget; the map's worker is counted apart.
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 450;
const folder = new URL("../dist/assets/", import.meta.url);
let total = 0;
for (const name of readdirSync(folder).filter((n) => /\.m?js$/.test(n))) {
  const size = gzipSync(readFileSync(new URL(name, folder)), { level: 9 }).length / 1024;
  const worker = name.includes("worker");
  if (!worker) total += size;
  console.log(`${size.toFixed(1).padStart(8)} kB  ${name}${worker ? "  (worker, apart)" : ""}`);
}
console.log(`${total.toFixed(1).padStart(8)} kB  of ${BUDGET_KB} kB`);
if (total > BUDGET_KB) process.exit(1);
