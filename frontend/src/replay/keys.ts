/** Every key of the replay. Fields keep their own; the map keeps its arrows. */
import { nudge, pause, play, seek, setSpeed, step, toggle, moveStretch } from "./player";
import { SPEEDS } from "./address";
import { openDialog, useReplay } from "./store";
import { zoomed } from "./stretch";
import { simulated } from "./wire";

const SHORT_MS = 5_000;
const LONG_MS = 60_000;

export interface KeyPorts {
  /** Which lines count as events for the reader. */
  isShown: (seq: number) => boolean;
  focusTime: () => void;
  leave: () => void;
}

/** J and L: the other way round begins to play, the same way again makes it faster. */
function shuttle(direction: 1 | -1): void {
  const s = useReplay.getState();
  if (!s.playing || s.direction !== direction) return play(direction);
  const faster = SPEEDS[SPEEDS.indexOf(s.speed) + 1];
  if (faster !== undefined) setSpeed(faster);
}

export function zoomBy(factor: number): void {
  const { fromMs, toMs, atMs, presentMs } = useReplay.getState();
  moveStretch(zoomed([fromMs, toMs], atMs, factor, presentMs));
}

export function toggleOnly(): void {
  useReplay.setState((s) => ({ only: s.incidentId !== null && !s.only }));
}

type Act = (ports: KeyPorts, shift: boolean) => void;

const ACTS: Record<string, Act> = {
  " ": () => toggle(),
  k: () => pause(),
  j: () => shuttle(-1),
  l: () => shuttle(1),
  ArrowLeft: (_, shift) => nudge(shift ? -LONG_MS : -SHORT_MS),
  ArrowRight: (_, shift) => nudge(shift ? LONG_MS : SHORT_MS),
  Home: () => seek(useReplay.getState().fromMs),
  End: () => seek(useReplay.getState().toMs),
  "[": ({ isShown }) => void step(-1, isShown),
  "]": ({ isShown }) => void step(1, isShown),
  ",": ({ isShown }) => void step(-1, isShown),
  ".": ({ isShown }) => void step(1, isShown),
  "-": () => zoomBy(2),
  "+": () => zoomBy(0.5),
  "=": () => zoomBy(0.5),
  t: ({ focusTime }) => focusTime(),
  o: () => toggleOnly(),
  e: () => {
    if (simulated === null) openDialog("export");
  },
  "?": () => openDialog("keys"),
  Escape: ({ leave }) => leave(),
};

function keepsKeys(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("input, textarea, select, dialog") !== null) return true;
  if (target.closest("button, a, summary") !== null && (key === " " || key === "Enter")) return true;
  return target.closest(".map-gl") !== null && /^(Arrow|[-+=])/.test(key);
}

/** True when the key was the replay's. */
export function onReplayKey(event: KeyboardEvent, ports: KeyPorts): boolean {
  // A button that is shut while it works loses the focus to the page; the dialog still has the keys.
  if (useReplay.getState().dialog !== "none") return false;
  if (event.ctrlKey || event.altKey || event.metaKey || keepsKeys(event.target, event.key)) return false;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const speed = /^[1-6]$/.test(key) ? SPEEDS[Number(key) - 1] : undefined;
  if (speed !== undefined) {
    setSpeed(speed);
    return true;
  }
  const act = ACTS[key];
  if (act === undefined) return false;
  act(ports, event.shiftKey);
  return true;
}
