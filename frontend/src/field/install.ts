/** Makes a page installable, and lets it open without a network. */

/** Registers the worker for one page, so that no other page of the centre ever comes from its cache. */
export function installShell(path: "/field" | "/station"): undefined {
  if (document.querySelector('link[rel="manifest"]') === null) {
    const link = document.createElement("link");
    link.rel = "manifest";
    link.href = `${path}.webmanifest`;
    document.head.append(link);
  }
  // Where pages are not served as built there is no worker; over plain HTTP the browser offers none.
  if (import.meta.env.PROD && "serviceWorker" in navigator) void navigator.serviceWorker.register("/sw.js", { scope: path });
}
