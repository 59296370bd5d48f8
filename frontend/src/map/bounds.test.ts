import { describe, expect, it } from "vitest";

import { boundsOf } from "./bounds";

describe("the box around some places", () => {
  it("holds them all and no more, and is none without a place", () => {
    expect(boundsOf([[106.7, 10.8], [106.6, 10.9], [106.65, 10.7]])).toEqual([106.6, 10.7, 106.7, 10.9]);
    expect(boundsOf([[106.7, 10.8]])).toEqual([106.7, 10.8, 106.7, 10.8]);
    expect(boundsOf([])).toBeNull();
  });
});
