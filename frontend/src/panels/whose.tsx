/** Whose a place is, in one line: ward, and of each agency asked about its zone, beat and station. */
import { type MouseEvent, useEffect, useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { api } from "../live/http";
import { useCentre } from "../live/store";
import type { LonLat, Whose } from "../protocol";
import { distanceText } from "../ui/time";
import { useWords } from "../ui/words";

const PAUSE_MS = 200;

/** Asked once for a place that stands; null while it is not known. */
function useWhose(at: LonLat | null): Whose | null {
  const [found, setFound] = useState<{ at: string; whose: Whose } | null>(null);
  const key = at === null ? "" : at.join();
  useEffect(() => {
    if (key === "") return;
    const cancel = new AbortController();
    const [lon = 0, lat = 0] = key.split(",").map(Number);
    const timer = window.setTimeout(() => {
      // Without an answer the line is left out: nothing waits for it.
      api.whose([lon, lat], cancel.signal).then((whose) => setFound({ at: key, whose }), () => undefined);
    }, PAUSE_MS);
    return () => {
      window.clearTimeout(timer);
      cancel.abort();
    };
  }, [key]);
  return found?.at === key ? found.whose : null;
}

/** The pointer shows what is cut off. */
function showWhole({ currentTarget: line }: MouseEvent<HTMLElement>): void {
  line.title = line.scrollWidth > line.clientWidth ? line.textContent : "";
}

interface Props {
  at: LonLat | null;
  /** Lines of the agencies that the event concerns. */
  lines: readonly string[];
}

export function WhoseLine({ at, lines }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const codes = useCentre((s) => s.codes);
  const whose = useWhose(at);
  // Its line is kept free, so that what stands below does not move away from a hand.
  if (whose === null) return at === null ? null : <p className="whose note" />;
  if (whose.ward === "") return <p className="whose note">{t("whose.outside")}</p>;
  const lineOf = (id: string) => codes?.agencies[id]?.line ?? id;
  const asked = whose.agencies.filter((one) => lines.includes(lineOf(one.agency_id)));
  // What must not be missed stands first: the line is cut where it is too long.
  const there = [...asked.filter((one) => !one.responsible), ...asked.filter((one) => one.responsible)];
  return (
    <p className="whose note" onMouseEnter={showWhole}>
      {t("whose.of", { ward: whose.ward })}
      {there.map((one) => {
        const areas = [...one.zones, ...one.beats, ...one.stations].filter((area) => !area.whole_city);
        const line = lineOf(one.agency_id);
        if (!one.responsible)
          return (
            <span key={one.agency_id} className="warn">
              {" · "}
              {t("whose.not_of", { line })}
            </span>
          );
        const near = one.nearest;
        if (areas.length === 0 && near === null) return null;
        return (
          <span key={one.agency_id}>
            {" · "}
            <span className="num strong">{line}</span> {areas.map((area) => words.label(area.label, area.code)).join(", ")}
            {areas.length > 0 && near !== null && ", "}
            {near !== null && (
              <span title={t(near.synthetic ? "whose.reckoned_synthetic" : "whose.reckoned")}>
                {t("whose.nearest", { name: near.synthetic ? `${near.name}*` : near.name, at: distanceText(near.distance_m) })}
              </span>
            )}
          </span>
        );
      })}
    </p>
  );
}
