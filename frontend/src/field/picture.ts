/** Pictures are made smaller on the device: a weak network carries a fifth of a megabyte, not eight. */
const LONGEST_PX = 1600;
const QUALITY = 0.8;

/** Width and height with the longer side at most `longest`. Pure. */
export function fitted(width: number, height: number, longest = LONGEST_PX): [number, number] {
  const scale = Math.min(1, longest / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/** A JPEG of at most 1,600 pixels a side. Rejects what is no picture. */
export async function shrink(file: Blob): Promise<Blob> {
  const image = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = fitted(image.width, image.height);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return new Promise((resolve, reject) => {
    const take = (blob: Blob | null) => (blob === null ? reject(new Error("no picture")) : resolve(blob));
    canvas.toBlob(take, "image/jpeg", QUALITY);
  });
}
