/** Throws on a machine that cannot draw a map, before the library, the heaviest part of a page, is loaded for nothing. */
export function mustDraw(): void {
  const context = document.createElement("canvas").getContext("webgl2");
  if (context === null) throw new Error("this machine has no WebGL2");
  context.getExtension("WEBGL_lose_context")?.loseContext();
}
