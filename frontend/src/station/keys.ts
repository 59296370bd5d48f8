/** The station by keyboard. Keys do nothing while somebody types or a sheet is open. */
import { useEffect } from "react";

import { REASONS } from "../field/decline";
import { playTone, unlockSound } from "../field/tone";
import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import { acceptAndRoll, acceptOrder, canDecline, declineOrder } from "./acts";
import type { Order } from "./orders";

interface Hand {
  orders: readonly Order[];
  order: Order | null;
  choose: (assignmentId: string) => void;
  openCrew: (unitId: string) => void;
}

function isBusy(target: EventTarget | null, key: string): boolean {
  if (document.querySelector("dialog[open]") !== null) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches("input, textarea, select")) return true;
  // Enter on a button presses that button.
  return key === "Enter" && target.matches("button, a, summary");
}

function step({ orders, order, choose }: Hand, by: number): void {
  if (order === null || orders.length === 0) return;
  const next = orders[(orders.indexOf(order) + by + orders.length) % orders.length];
  if (next !== undefined) choose(next.assignment.id);
}

export function useStationKeys(hand: Hand): void {
  const { t } = useTranslation();
  const codes = useCentre((s) => s.codes);
  useEffect(() => {
    const act = (event: KeyboardEvent): boolean => {
      const { order } = hand;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (key === "t") void unlockSound().then(() => playTone("test"));
      else if (key === "ArrowDown") step(hand, 1);
      else if (key === "ArrowUp") step(hand, -1);
      else if (order === null) return false;
      else if (key === "Enter") acceptOrder(order);
      else if (key === "F8") void acceptAndRoll(order, codes?.agencies[order.unit.agency_id]);
      else if (key === "F3") hand.openCrew(order.unit.id);
      else if (key === "p") window.print();
      else if (/^[1-4]$/.test(key) && canDecline(order)) declineOrder(order, t(`field.reason.${REASONS[Number(key) - 1] ?? "broken"}`));
      else return false;
      return true;
    };
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || isBusy(event.target, event.key)) return;
      if (act(event)) event.preventDefault();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [hand, codes, t]);
}
