/** One tick a second for everything that shows a time; it stops when the page is gone. */
import { useSyncExternalStore } from "react";

import { serverNow } from "./store";

const listeners = new Set<() => void>();
let timer: number | undefined;
let nowS = 0;

function tick(): void {
  nowS = Math.floor(serverNow() / 1000);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(tick, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

function snapshot(): number {
  if (timer === undefined) nowS = Math.floor(serverNow() / 1000);
  return nowS;
}

/** The centre's time in whole seconds since 1970. */
export function useNowS(): number {
  return useSyncExternalStore(subscribe, snapshot);
}
