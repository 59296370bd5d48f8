/** Keys of the whole page. Function keys work everywhere; a bare letter only where nobody is typing. */
import { acceptRecommendation, attachReport, claimAlert, readBackPlace, stopAutomatic, textAlleyMouth } from "./actions";
import { isTyping } from "./held";
import { announce, serverNow, useCentre } from "../live/store";
import { firstUnclaimed, type AlertBoard } from "../state/alerts";
import { usualAnswer } from "../state/answer";
import { findSoonest, listCounting } from "../state/automatic";
import { findNext } from "../state/next";
import type { Queue } from "../state/queue";
import { acceptable } from "../state/recommendation";
import { closePane, offerLine, openNewReport, select, useUi } from "../state/ui";
import { possibleReports } from "../state/possible";
import { callersOf } from "../state/callers";

export interface KeyContext {
  alerts: AlertBoard;
  queue: Queue;
}

export const COMMAND_LINE_ID = "command-line";

export function focusCommandLine(): void {
  document.getElementById(COMMAND_LINE_ID)?.focus();
}

/** Goes to the next thing, with the line that usually answers it ready for Enter. */
function goNext({ alerts, queue }: KeyContext): void {
  const asker = { id: useCentre.getState().me?.id, nowS: serverNow() / 1000 };
  const next = findNext(alerts, queue, useUi.getState().selection, asker);
  if (next === null) return announce({ ok: true, what: "did.nothing_next", data: {} });
  if (next.kind === "call") {
    document.querySelector<HTMLElement>(`[data-call="${CSS.escape(next.id)}"]`)?.focus();
    return;
  }
  select(next);
  if (next.kind !== "incident") return;
  const line = usualAnswer(useCentre.getState().live.rows, alerts, next.id);
  if (line !== null) offerLine(line);
}

/** F8: give the usual answer that stands ready, or go to the next thing; Shift+F8 goes on without answering. */
function nextOrAnswer(context: KeyContext, skip: boolean): void {
  const { selection, pane } = useUi.getState();
  const { rows } = useCentre.getState().live;
  const incident = selection?.kind === "incident" ? rows.incident.get(selection.id) : undefined;
  const ready =
    pane === "selection" &&
    incident?.state === "open" &&
    acceptable(rows, rows.recommendation.get(incident.id)).length > 0;
  if (ready && !skip) void acceptRecommendation(incident.id);
  else goNext(context);
}

function selectedIncident(): string | null {
  const { selection } = useUi.getState();
  return selection?.kind === "incident" ? selection.id : null;
}

function attachFirst(): void {
  const id = selectedIncident();
  const first = id === null ? undefined : possibleReports(useCentre.getState().live.rows, id)[0];
  if (id !== null && first) void attachReport(first.id, id);
}

function readBack(): void {
  const id = selectedIncident();
  if (id !== null) void readBackPlace(id);
}

function guideIn(): void {
  const id = selectedIncident();
  const caller = id === null ? undefined : callersOf(useCentre.getState().live.rows, id)[0];
  if (caller) void textAlleyMouth(caller.id);
}

function claimFirst(context: KeyContext, shelve: boolean): void {
  const alert = firstUnclaimed(context.alerts);
  if (alert === undefined) return;
  if (shelve) document.querySelector<HTMLElement>(`[data-shelve="${CSS.escape(alert.id)}"]`)?.click();
  else void claimAlert(alert.id);
}

/** F1: nothing goes by itself on the incident in hand; with none of that there, the incident where it is next. */
function stopOrGoWhereItCounts(): void {
  const { rows } = useCentre.getState().live;
  const agencies = useCentre.getState().me?.agencies ?? null;
  const incident = rows.incident.get(selectedIncident() ?? "");
  const soonest = findSoonest(rows, agencies);
  if (incident && listCounting(rows, incident, agencies).length > 0) void stopAutomatic(incident.id);
  else if (soonest !== null) select({ kind: "incident", id: soonest });
}

const FUNCTION_KEYS: Readonly<Record<string, (context: KeyContext, shift: boolean) => void>> = {
  F1: stopOrGoWhereItCounts,
  F2: focusCommandLine,
  F3: () => useUi.setState((s) => ({ pane: s.pane === "missed" ? "selection" : "missed" })),
  F4: readBack,
  F6: attachFirst,
  F7: guideIn,
  F8: nextOrAnswer,
  F9: claimFirst,
};

/** True when the key was ours. */
export function onPageKey(event: KeyboardEvent, context: KeyContext): boolean {
  // A question that stands over the page has the keys to itself.
  if (document.querySelector("dialog[open]") !== null) return false;
  const act = FUNCTION_KEYS[event.key];
  if (act !== undefined && !event.ctrlKey && !event.altKey) {
    act(context, event.shiftKey);
    return true;
  }
  if (event.key === "Escape") {
    closePane();
    focusCommandLine();
    return true;
  }
  return onLetter(event);
}

function onLetter(event: KeyboardEvent): boolean {
  if (isTyping(event.target) || event.ctrlKey || event.altKey || event.metaKey) return false;
  if (event.key === "?") {
    useUi.setState({ pane: "help" });
    return true;
  }
  if (event.key.toLowerCase() === "n") {
    openNewReport();
    return true;
  }
  // Whatever else is typed where nobody types is meant for the command line; the letter itself goes there too.
  if (event.key.length === 1 && event.key !== " ") focusCommandLine();
  return false;
}
