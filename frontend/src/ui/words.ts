/** Labels of code tables and people's words in the chosen language. */

import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import type { CodeTables, ErrorBody, Label, Place, Unit } from "../protocol";

export interface Words {
  label: (label: Label | undefined, code: string) => string;
  type: (code: string | null) => string;
  agency: (id: string) => string;
  /** The telephone number that an agency is known by. */
  line: (agencyId: string) => string;
  capability: (code: string) => string;
  status: (unit: Unit) => string;
  place: (place: Place) => string;
  error: (error: ErrorBody) => string;
  codes: CodeTables | null;
}

/** Whether what was heard says more than the address beside it does, with or without its ward. */
export function heardApart({ heard, label, ward }: Place): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/[\s,.]+/g, " ").trim();
  return label !== "" && ![label, label.replace(ward, ""), ""].map(plain).includes(plain(heard));
}

export function useWords(): Words {
  const { t, lang } = useTranslation();
  const codes = useCentre((s) => s.codes);
  const vi = lang === "vi";
  const label = (found: Label | undefined, code: string): string => (found ? (vi ? found.vi : found.en) : code);
  return {
    codes,
    label,
    type: (code) => (code === null ? t("type.unknown") : label(codes?.types[code]?.label, code)),
    agency: (id) => label(codes?.agencies[id]?.label, id),
    line: (id) => codes?.agencies[id]?.line ?? id,
    capability: (code) => label(codes?.capabilities[code], code),
    status: (unit) =>
      label(codes?.agencies[unit.agency_id]?.statuses[unit.status_code]?.label, t(`phase.${unit.phase}`)),
    // A figure and its unit stand on one line.
    place: (place) => (place.label || place.heard || t("place.unknown")).replace(/(\d) (k?m)\b/g, "$1\u00a0$2"),
    error: (error) => (vi ? error.vi : error.en) || error.code,
  };
}
