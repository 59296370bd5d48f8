/** A crew's or station's device: its rows, its queue and its link, kept through reloads and dead spots. */
import { v7 as uuidv7 } from "uuid";
import { create } from "zustand";

import { Connection, SignedOut } from "../live/connection";
import { ApiProblem, api, setCsrf } from "../live/http";
import { initialLink, type LinkState } from "../live/session";
import { deviceId, noteServerTime, useCentre } from "../live/store";
import type { Changes, DeliveryFrame, ErrorBody, ServerFrame, UnitCommand, UnitCommandFrame } from "../protocol";
import { openMemory, type Memory } from "./memory";
import { HOLD_MS, isLonger, nextCommand, nextPhoto, refusalOf, untold, withItem, withoutItem, withoutSeen, withTold, type Refusal, type Waiting } from "./queue";
import type { KeptWay } from "./wayChoice";
import { emptyRows, withChanges, withDelivery, type UnitRows } from "./rows";

/** A stand-down or withdrawal, until a person has said that it was read. */
export interface Notice {
  readonly kind: "stand_down" | "withdrawn";
  readonly unitId: string;
  readonly assignmentId: string;
  readonly n: number;
  readonly number: string;
  readonly address: string;
  readonly reason: string;
  readonly at: string;
}

export interface FieldStore {
  /** False until the device's memory was read. */
  awake: boolean;
  rows: UnitRows;
  queue: readonly Waiting[];
  refusals: readonly Refusal[];
  notices: readonly Notice[];
  link: LinkState;
  /** The way that was told or taken last: it stays without a network, and through a reload. */
  way: KeptWay | null;
}

export const useField = create<FieldStore>(() => ({
  awake: false,
  rows: emptyRows(),
  queue: [],
  refusals: [],
  notices: [],
  link: initialLink(),
  way: null,
}));

const RETRY_MS = 15_000;

let memory: Memory | null = null;
let connection: Connection | null = null;
let sending: string | null = null;
/** Up to where the rows of this link have come. */
let seenSeq = 0;
let uploading = false;
let timer: number | undefined;
const listeners = new Set<() => void>();
/** Device's own acknowledgements under way: "assignment/n" → frame, the same at every repeat. */
const receipts = new Map<string, UnitCommandFrame>();

function frameOf(id: string, at: string, body: UnitCommand): UnitCommandFrame {
  return { t: "command", command_id: id, occurred_at: at, body };
}

export function isLive(link: LinkState): boolean {
  return link.phase === "live";
}

/** Called each time the link has come (back) to life. */
export function onLive(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function setQueue(queue: Waiting[]): void {
  useField.setState({ queue });
}

/** Keeps it on the device first, then sends it as soon as that is possible. */
export async function enqueue(item: Waiting): Promise<void> {
  const queue = withItem(useField.getState().queue, item);
  setQueue(queue);
  await memory?.keepWaiting(queue.slice(-2));
  pump();
  void pumpPhotos();
}

/** Tell the centre something that has just happened. `held` ones may be taken back for five seconds. */
export function tell(body: UnitCommand, { held = false } = {}): Promise<void> {
  const now = Date.now();
  const holdUntil = held ? now + HOLD_MS : 0;
  return enqueue({ kind: "command", id: uuidv7(), at: new Date(now).toISOString(), holdUntil, body });
}

export function addPicture(incidentId: string, picture: Blob): Promise<void> {
  return enqueue({ kind: "photo", id: uuidv7(), at: new Date().toISOString(), incidentId, picture });
}

/** Takes an item back that has not gone out yet. */
export function takeBack(id: string): void {
  if (sending !== id) drop(id);
}

function drop(id: string): void {
  setQueue(withoutItem(useField.getState().queue, id));
  void memory?.dropWaiting(id);
}

function refuse(id: string, error: ErrorBody): void {
  const item = useField.getState().queue.find((known) => known.id === id);
  drop(id);
  if (item !== undefined) keepRefusals([...useField.getState().refusals, refusalOf(item, error)]);
}

function keepRefusals(refusals: readonly Refusal[]): void {
  useField.setState({ refusals });
  void memory?.put("refusals", refusals);
}

export function dismissRefusal(id: string): void {
  keepRefusals(useField.getState().refusals.filter((known) => known.id !== id));
}

/** One command at a time, so that their order stands whatever is asked to wait. */
function pump(): void {
  window.clearTimeout(timer);
  const { queue } = useField.getState();
  if (sending !== null) return;
  const next = nextCommand(queue, Date.now());
  if (next === null) {
    const held = untold(queue).find((item) => item.kind === "command");
    if (held?.kind === "command") timer = window.setTimeout(pump, Math.max(50, held.holdUntil - Date.now()));
    return;
  }
  if (connection?.send(frameOf(next.id, next.at, next.body)) === true) sending = next.id;
}

async function pumpPhotos(): Promise<void> {
  if (uploading || !isLive(useField.getState().link)) return;
  uploading = true;
  try {
    for (let next = nextPhoto(useField.getState().queue); next !== null; next = nextPhoto(useField.getState().queue)) {
      await api.addPhoto(next.incidentId, next.id, next.at, next.picture);
      drop(next.id);
    }
  } catch (problem) {
    const final = problem instanceof ApiProblem && problem.status >= 400 && problem.status < 500 && problem.status !== 429;
    const failed = nextPhoto(useField.getState().queue);
    if (final && failed !== null) refuse(failed.id, problem.error);
    window.setTimeout(() => void pumpPhotos(), final ? 0 : RETRY_MS);
  } finally {
    uploading = false;
  }
}

function keepRows(rows: UnitRows): void {
  useField.setState({ rows });
  void memory?.put("rows", rows);
}

function keepNotices(notices: readonly Notice[]): void {
  useField.setState({ notices });
  void memory?.put("notices", notices);
}

export function keepWay(way: KeptWay): void {
  useField.setState({ way });
  void memory?.put("way", way);
}

/** A person has read it: a stand-down is told, a withdrawal needs no word. */
export function acknowledgeNotice(notice: Notice): void {
  keepNotices(useField.getState().notices.filter((known) => known !== notice));
  if (notice.n > 0) void tell({ type: "assignment.accept", assignment_id: notice.assignmentId, n: notice.n });
}

function takeNotice(frame: DeliveryFrame): void {
  if (frame.kind !== "stand_down" && frame.kind !== "withdrawn") return;
  const known = useField.getState().notices;
  if (known.some((notice) => notice.assignmentId === frame.assignment_id && notice.kind === frame.kind)) return;
  const notice: Notice = {
    kind: frame.kind,
    unitId: frame.unit_id,
    assignmentId: frame.assignment_id,
    n: frame.kind === "stand_down" ? frame.update_n : 0,
    number: frame.incident?.number ?? "",
    address: frame.incident?.place.label || frame.incident?.place.heard || "",
    reason: frame.assignment?.stand_down_reason ?? "",
    at: new Date().toISOString(),
  };
  keepNotices([...known, notice]);
}

/** The device has it: kept first, then said so; a repeat is answered with the very same frame. */
function takeDelivery(frame: DeliveryFrame): void {
  keepRows(withDelivery(useField.getState().rows, frame));
  takeNotice(frame);
  const moveId = frame.move_id;
  const key = moveId ?? `${frame.assignment_id}/${frame.update_n}`;
  const body: UnitCommand =
    moveId === null
      ? { type: "assignment.received", assignment_id: frame.assignment_id, n: frame.update_n }
      : { type: "move.received", move_id: moveId };
  const receipt = receipts.get(key) ?? frameOf(uuidv7(), new Date().toISOString(), body);
  receipts.set(key, receipt);
  connection?.send(receipt);
}

/** What was acknowledged need not be kept; on the screen it stands until its rows have come, so that nothing flickers. */
function told(id: string, seq: number): void {
  setQueue(withoutSeen(withTold(useField.getState().queue, id, seq), seenSeq));
  void memory?.dropWaiting(id);
}

function takeRows(frame: Changes): void {
  seenSeq = frame.seq;
  keepRows(withChanges(useField.getState().rows, frame));
  // The first frame of a link is everything, whatever its seq: a centre may have been put back to an earlier day.
  const seq = frame.prev === 0 ? Infinity : frame.seq;
  const { queue } = useField.getState();
  const left = withoutSeen(queue, seq);
  if (left.length < queue.length) setQueue(left);
}

/** Not ours or not asked: nothing. Else `end` says what becomes of the command, and the next one goes. */
function answered(commandId: string, end: () => void): void {
  if (sending !== commandId) return;
  sending = null;
  end();
  pump();
}

/** The centre does not say what was too long, and closes: sent again it would keep all others from going. */
function refuseLonger(error: ErrorBody): void {
  const item = useField.getState().queue.find((known) => known.id === sending);
  if (error.code !== "frame_too_large" || item?.kind !== "command") return;
  if (isLonger(frameOf(item.id, item.at, item.body), Number(error.data.limit))) answered(item.id, () => refuse(item.id, error));
}

function deliver(frame: ServerFrame): void {
  switch (frame.t) {
    case "head":
      return noteServerTime(frame.at);
    case "delivery":
      return takeDelivery(frame);
    case "ack":
      return answered(frame.command_id, () => told(frame.command_id, frame.seq_last));
    case "refused":
      if (frame.retry_s == null) return answered(frame.command_id, () => refuse(frame.command_id, frame.error));
      if (sending !== frame.command_id) return;
      sending = null;
      timer = window.setTimeout(pump, frame.retry_s * 1000);
      return;
    case "error":
      return refuseLonger(frame.error);
    default:
      return;
  }
}

/** The link has come (back) to life: what was under way when it broke is sent again. */
function onLinkUp(): void {
  sending = null;
  pump();
  void pumpPhotos();
  for (const listener of listeners) listener();
}

/** The session may have begun on this page hours ago, offline: its token is asked for again. */
async function fetchTicket(): Promise<string> {
  const session = await api.me();
  setCsrf(session.csrf);
  return api.ticket("unit");
}

function connect(): void {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  connection = new Connection({
    url: `${scheme}://${location.host}/ws/unit`,
    device: deviceId(),
    fetchTicket,
    fetchSnapshot: () => Promise.reject(new SignedOut()),
    apply: (action) => {
      takeRows(action as Changes);
      return { have: { log_id: "", seq: 0 }, gap: false };
    },
    deliver,
    onReady: () => undefined,
    onState: (link) => {
      const cameUp = isLive(link) && !isLive(useField.getState().link);
      useField.setState({ link });
      if (cameUp) onLinkUp();
      if (link.phase === "signed_out") useCentre.setState({ me: null });
    },
  });
  connection.start();
}

/** Reads the device's memory, then links up. */
export async function wake(accountId: string): Promise<void> {
  memory = await openMemory(accountId);
  const [rows, queue, refusals, notices, way] = await Promise.all([
    memory.get<UnitRows>("rows"),
    memory.listWaiting(),
    memory.get<Refusal[]>("refusals"),
    memory.get<Notice[]>("notices"),
    memory.get<KeptWay>("way"),
  ]);
  const kept = { refusals: refusals ?? [], notices: notices ?? [], way: way ?? null };
  useField.setState({ awake: true, rows: { ...emptyRows(), ...rows }, queue, ...kept });
  connect();
}

export function rest(): void {
  connection?.stop();
  connection = null;
  sending = null;
  window.clearTimeout(timer);
  useField.setState({ awake: false, link: initialLink() });
}

/** Positions go out at once or not at all; whoever collects them keeps what could not go. */
export function sendFrame(frame: Parameters<Connection["send"]>[0]): boolean {
  return connection?.send(frame) ?? false;
}
