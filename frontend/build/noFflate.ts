/** Stands in for fflate, which pmtiles asks only where the browser has no DecompressionStream. */
export function decompressSync(): never {
  throw new Error("this browser cannot unpack gzip");
}
