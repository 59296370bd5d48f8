/** Nothing was sent: what was seen and what stands now, unit by unit, until the next try. */

import { forgetRefused, useRefused } from "../../commands/actions";
import { useTranslation } from "../../i18n/useTranslation";
import { useCentre } from "../../live/store";
import type { Incident } from "../../protocol";
import { differenceOf } from "../../state/difference";
import { ageText } from "../../ui/time";
import { useWords } from "../../ui/words";

export function Refused({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const words = useWords();
  const refused = useRefused((s) => s.plans.get(incident.id));
  const rows = useCentre((s) => s.live.rows);
  if (refused === undefined) return null;
  const difference = differenceOf(rows, refused.seen, rows.recommendation.get(incident.id));
  const sign = (unitId: string) => rows.unit.get(unitId)?.call_sign ?? unitId;
  return (
    <div className="refused" role="alert">
      <p>
        {refused.error ? words.error(refused.error) : t(refused.why)}
      </p>
      <ul>
        {difference.left.map(({ unitId, gone }) => (
          <li key={unitId}>
            <s className="num">{sign(unitId)}</s> {t(gone ? "refused.gone" : "refused.left")}
          </li>
        ))}
        {difference.joined.map(({ unitId, etaS }) => (
          <li key={unitId}>
            <strong className="num">+ {sign(unitId)}</strong> {t("refused.joined")} <span className="num">{ageText(etaS)}</span>
          </li>
        ))}
        {difference.left.length + difference.joined.length === 0 && <li>{t("refused.same")}</li>}
      </ul>
      <button type="button" className="button plain" onClick={() => forgetRefused(incident.id)}>
        {t("refused.understood", { seen: difference.seen, now: difference.now })}
      </button>
    </div>
  );
}
