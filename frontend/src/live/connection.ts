/** Performs what `session.ts` decides: one WebSocket, one snapshot, one timer. */
import type { ClientFrame, ServerFrame, Snapshot } from "../protocol";
import type { LiveAction } from "./reducer";
import { advance, initialLink, type Have, type LinkEffect, type LinkInput, type LinkState } from "./session";

export interface ConnectionPorts {
  url: string;
  device: string;
  /** Rejects with SignedOut when the session is over. */
  fetchTicket: () => Promise<string>;
  fetchSnapshot: (url: string) => Promise<Snapshot>;
  /** Applies to the screen's state and says where it stands now. */
  apply: (action: LiveAction) => { have: Have; gap: boolean };
  deliver: (frame: ServerFrame) => void;
  /** The connection is live: unanswered commands may be sent again. */
  onReady: () => void;
  onState: (state: LinkState) => void;
}

export class SignedOut extends Error {}

const TICK_MS = 500;

export class Connection {
  private state = initialLink();
  private socket: WebSocket | null = null;
  private ticker: number | undefined;
  private retryTimer: number | undefined;
  /** The machine says that it has lost its network, long before silence shows it. */
  private readonly onOffline = () => this.input({ t: "closed" });
  private readonly onOnline = () => this.input({ t: "retry" });

  constructor(private readonly ports: ConnectionPorts) {}

  start(): void {
    this.ticker = window.setInterval(() => this.input({ t: "tick" }), TICK_MS);
    window.addEventListener("offline", this.onOffline);
    window.addEventListener("online", this.onOnline);
    this.input({ t: "start" });
  }

  stop(): void {
    window.clearInterval(this.ticker);
    window.clearTimeout(this.retryTimer);
    window.removeEventListener("offline", this.onOffline);
    window.removeEventListener("online", this.onOnline);
    this.input({ t: "stop" });
  }

  /** Sends when live; a frame that cannot go now is dropped (commands are kept elsewhere). */
  send(frame: ClientFrame): boolean {
    if (this.state.phase !== "live" || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  private input(input: LinkInput): void {
    const context = { now: Date.now(), random: Math.random(), device: this.ports.device };
    const { state, effects } = advance(this.state, input, context);
    const changed = state !== this.state;
    this.state = state;
    for (const effect of effects) this.perform(effect);
    if (changed) this.ports.onState(this.state);
  }

  private perform(effect: LinkEffect): void {
    switch (effect.t) {
      case "fetch_ticket":
        this.ports.fetchTicket().then(
          (ticket) => this.input({ t: "ticket", ticket }),
          (problem: unknown) => this.input({ t: "failed", signedOut: problem instanceof SignedOut }),
        );
        return;
      case "fetch_snapshot":
        this.ports.fetchSnapshot(effect.url).then(
          (snapshot) => this.input({ t: "snapshot", snapshot }),
          (problem: unknown) => this.input({ t: "failed", signedOut: problem instanceof SignedOut }),
        );
        return;
      case "open":
        return this.open();
      case "close":
        return this.close();
      case "send":
        this.socket?.send(JSON.stringify(effect.frame));
        return;
      case "apply":
        return this.input({ t: "applied", ...this.ports.apply(effect.action) });
      case "retry_in":
        window.clearTimeout(this.retryTimer);
        this.retryTimer = window.setTimeout(() => this.input({ t: "retry" }), effect.ms);
        return;
      case "ready":
        return this.ports.onReady();
      case "deliver":
        return this.ports.deliver(effect.frame);
    }
  }

  private open(): void {
    this.close();
    const socket = new WebSocket(this.ports.url);
    this.socket = socket;
    socket.onopen = () => this.input({ t: "opened" });
    socket.onmessage = (message: MessageEvent<string>) =>
      this.input({ t: "frame", frame: JSON.parse(message.data) as ServerFrame });
    socket.onclose = () => {
      if (this.socket === socket) this.input({ t: "closed" });
    };
  }

  private close(): void {
    const socket = this.socket;
    this.socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
