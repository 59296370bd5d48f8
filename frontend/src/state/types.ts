/** Incident types by a few letters, in either language, with or without diacritics. */
import type { CodeTables, IncidentTypeCode } from "../protocol";
import { foldText, matchesWords } from "../ui/fold";

const AT_MOST = 6;

export function searchTypes(codes: CodeTables, typed: string): IncidentTypeCode[] {
  const folded = foldText(typed);
  if (folded === "") return [];
  const begins = (type: IncidentTypeCode) =>
    foldText(type.label.vi).startsWith(folded) || foldText(type.label.en).startsWith(folded);
  return Object.values(codes.types)
    .filter((type) => matchesWords(`${type.label.vi} ${type.label.en} ${type.code}`, typed))
    .sort((a, b) => Number(begins(b)) - Number(begins(a)) || a.priority - b.priority)
    .slice(0, AT_MOST);
}
