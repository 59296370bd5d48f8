/** Keys of the whole page. Function keys work everywhere; a bare letter only where nobody is typing. */
import { acceptRecommendation, attachReport, claimAlert, readBackPlace } from "./actions";
import { useCentre } from "../live/store";
import { firstUnclaimed, type AlertBoard } from "../state/alerts";
import { findNext } from "../state/next";
import type { Queue } from "../state/queue";
import { acceptable } from "../state/recommendation";
import { closePane, openNewReport, select, useUi } from "../state/ui";
import { possibleReports } from "../state/possible";

export interface KeyContext {
  alerts: AlertBoard;
  queue: Queue;
}

export const COMMAND_LINE_ID = "command-line";

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable=true]");
}

export function focusCommandLine(): void {
  document.getElementById(COMMAND_LINE_ID)?.focus();
}

function goNext({ alerts, queue }: KeyContext): void {
  const next = findNext(alerts, queue, useUi.getState().selection);
  if (next === null) return;
  if (next.kind === "call") document.querySelector<HTMLElement>(`[data-call="${CSS.escape(next.id)}"]`)?.focus();
  else select(next);
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

function attachFirst(): void {
  const { selection } = useUi.getState();
  if (selection?.kind !== "incident") return;
  const first = possibleReports(useCentre.getState().live.rows, selection.id)[0];
  if (first) void attachReport(first.id, selection.id);
}

function readBack(): void {
  const { selection } = useUi.getState();
  if (selection?.kind === "incident") void readBackPlace(selection.id);
}

/** True when the key was ours. */
export function onPageKey(event: KeyboardEvent, context: KeyContext): boolean {
  switch (event.key) {
    case "F2":
      focusCommandLine();
      return true;
    case "F4":
      readBack();
      return true;
    case "F6":
      attachFirst();
      return true;
    case "F8":
      nextOrAnswer(context, event.shiftKey);
      return true;
    case "F9": {
      const alert = firstUnclaimed(context.alerts);
      if (alert) void claimAlert(alert.id);
      return true;
    }
    case "Escape":
      closePane();
      focusCommandLine();
      return true;
    default:
      return onLetter(event);
  }
}

function onLetter(event: KeyboardEvent): boolean {
  if (isTyping(event.target) || event.ctrlKey || event.altKey || event.metaKey) return false;
  if (event.key.toLowerCase() !== "n") return false;
  openNewReport();
  return true;
}
