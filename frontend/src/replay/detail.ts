/** What a log line says beyond its name: the value now, and the one it replaced. */

import { useTranslation } from "../i18n/useTranslation";
import type { LogLine } from "../protocol";
import { lineDetail } from "../state/timeline";
import { useWords } from "../ui/words";
import { withUnit, type Index } from "./look";
import { useReplay } from "./store";

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function placeText(value: unknown): string {
  if (typeof value !== "object" || value === null) return "";
  const { label, heard } = value as { label?: string; heard?: string };
  return label || heard || "";
}

export function useDetail(line: LogLine, index: Index): { now: string; before: string } {
  const { t } = useTranslation();
  const words = useWords();
  const rows = useReplay((s) => s.live.rows);
  const { data, type } = line;
  const parts = [lineDetail(withUnit(line, index), rows, { ...words, phase: (phase) => t(`phase.${phase}`), seen: t("unit.seen"), left: t("unit.left") })];
  if (type === "alert.raised") parts.unshift(`${text(data.level)} ${t(`alert.${text(data.kind)}`, { otherwise: text(data.kind) })}`);
  if (type.startsWith("leg.")) {
    const agency = text(data.agency_id) || (index.agencyOf.get(text(data.leg_id)) ?? "");
    if (agency !== "") parts.unshift(words.line(agency));
  }
  if (type === "assignment.updated") {
    parts.push(t(`update.kind.${text(data.kind)}`, { otherwise: text(data.kind) }));
    return { now: parts.filter(Boolean).join(" · "), before: text(data.old) };
  }
  const before = type === "incident.place_changed" ? placeText(data.was) : "";
  return { now: parts.filter(Boolean).join(" · "), before };
}
