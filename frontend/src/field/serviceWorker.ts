/**
 * Lets the crew's and the station's page open without a network. The page itself is asked for first, and comes
 * from the device when nobody answers; its scripts, styles and letters never change under one name and come
 * from the device at once. Everything else (the centre's answers, tiles, sockets) is none of its business.
 */

interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface Worker {
  addEventListener(name: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(name: "fetch", listener: (event: FetchEvent) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
}

const worker = self as unknown as Worker;
/** The build puts the files and their common version here. */
const SHELL = JSON.parse("__SHELL__") as { version: string; list: string[] };
const CACHE = `shell-${SHELL.version}`;
const PAGE = "/";
const PATIENCE_MS = 4_000;

worker.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(SHELL.list))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener("activate", (event) => {
  const tidy = caches
    .keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith("shell-") && name !== CACHE).map((name) => caches.delete(name))));
  event.waitUntil(tidy.then(() => worker.clients.claim()));
});

async function kept(path: string): Promise<Response | undefined> {
  return (await caches.open(CACHE)).match(path);
}

/** The page as it is now; the kept one when the centre is silent. */
async function openPage(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok) return answer;
  } catch {
    // no network: the kept page stands in
  }
  return (await kept(PAGE)) ?? Response.error();
}

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(openPage(request));
  else if (SHELL.list.includes(url.pathname)) {
    event.respondWith(kept(url.pathname).then((answer) => answer ?? fetch(request)));
  }
});
