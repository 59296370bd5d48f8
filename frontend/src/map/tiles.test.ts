import { zxyToTileId } from "pmtiles";
import { describe, expect, it } from "vitest";

import { findEntry, readDirectory, tileId } from "./tiles";

describe("tiles of one file", () => {
  it("lie on the curve where the format's own library says", () => {
    for (let z = 0; z < 5; z++) {
      for (let x = 0; x < 2 ** z; x++) for (let y = 0; y < 2 ** z; y++) expect(tileId(z, x, y)).toBe(zxyToTileId(z, x, y));
    }
    for (const [x, y] of [[13_050, 7_700], [26_101, 15_402], [0, 32_767], [32_767, 0]] as const) {
      expect(tileId(15, x, y)).toBe(zxyToTileId(15, x, y));
    }
  });

  it("are found by a directory of runs, leaves and gaps", () => {
    // Three entries: ids 5, 7, 300; runs 1, 4, 0; lengths 10, 20, 200; offsets 0, after it, 1000.
    const bytes = Uint8Array.from([3, 5, 2, 0xa5, 0x02, 1, 4, 0, 10, 20, 0xc8, 0x01, 1, 0, 0xe9, 0x07]);
    const entries = readDirectory(bytes.buffer);
    expect(entries).toEqual([
      { id: 5, run: 1, offset: 0, length: 10 },
      { id: 7, run: 4, offset: 10, length: 20 },
      { id: 300, run: 0, offset: 1000, length: 200 },
    ]);
    expect([4, 5, 6, 7, 10, 11, 300, 999].map((id) => findEntry(entries, id)?.id)).toEqual([undefined, 5, undefined, 7, 7, undefined, 300, 300]);
  });
});
