/** One person, several windows: selection, filters, language and theme are the same in all of them. */
import { useUi, type UiStore } from "./ui";

type Shared = Pick<UiStore, "selection" | "agencies" | "busyOnly" | "lang" | "theme">;

const CHANNEL = "dispatch.windows";
const NAMES = ["selection", "agencies", "busyOnly", "lang", "theme"] as const;

function pick(state: UiStore): Shared {
  const { selection, agencies, busyOnly, lang, theme } = state;
  return { selection, agencies, busyOnly, lang, theme };
}

/** Windows of one account only: a signed-in colleague on the same machine keeps their own selection. */
export function shareWindows(userId: string): () => void {
  const channel = new BroadcastChannel(`${CHANNEL}.${userId}`);
  let taking = false;
  channel.onmessage = (message: MessageEvent<Shared>) => {
    taking = true;
    const { theme } = message.data;
    if (theme !== useUi.getState().theme) document.documentElement.dataset.theme = theme;
    const moved = message.data.selection?.id !== useUi.getState().selection?.id;
    useUi.setState({ ...message.data, ...(moved ? { pane: "selection", moving: null } : {}) });
    taking = false;
  };
  const stop = useUi.subscribe((state, before) => {
    if (!taking && NAMES.some((name) => state[name] !== before[name])) channel.postMessage(pick(state));
  });
  return () => {
    stop();
    channel.close();
  };
}

/** A pane in a window of its own; the same pane is not opened twice. */
export function popOut(pane: "queue" | "map" | "board"): void {
  const address = new URL(location.href);
  const params = new URLSearchParams(address.hash.slice(1));
  params.set("window", pane);
  address.hash = params.toString().replaceAll("%2C", ",").replaceAll("%2F", "/");
  window.open(address, `dispatch-${pane}`, "popup,width=1280,height=900");
}
