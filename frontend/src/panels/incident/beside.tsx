/** What stands beside the recommendation, made again from the log when somebody opens it: the next best, what would
 * change it, and what closest-idle would have done. */
import { useEffect, useState } from "react";

import { useTranslation } from "../../i18n/useTranslation";
import { api } from "../../live/http";
import { useCentre } from "../../live/store";
import type { Recommendation, SecondThoughts, WholePlan } from "../../protocol";
import { ageText } from "../../ui/time";

type Thoughts = NonNullable<SecondThoughts["thoughts"]>;

/** The units of a plan in one order, so that two plans can be compared. */
const unitsOf = (plan: WholePlan): string => plan.sent.map((one) => `${one.need_id} ${one.unit_id}`).sort().join();

/** The lines themselves; what is as good as the plan is told so, not as later by nothing. */
export function Lines({ of: { plan, next_best, changes, waiting, closest } }: { of: Thoughts }) {
  const { t } = useTranslation();
  const units = useCentre((s) => s.live.rows.unit);
  const sign = (unitId: string) => units.get(unitId)?.call_sign ?? unitId;
  const told = (other: WholePlan) => ({
    units: [
      ...other.sent.map((one) => `${sign(one.unit_id)} ${ageText(one.eta_s)}`),
      ...(other.missing > 0 ? [t("recommendation.missing", { count: other.missing })] : []),
    ].join(", "),
    last: ageText(other.last_eta_s),
    cover: ageText(other.cover_s),
  });
  return (
    <ul>
      <li>{t("recommendation.costs", told(plan))}</li>
      <li>{next_best === null ? t("recommendation.next_none") : t("recommendation.next_best", told(next_best))}</li>
      <li>
        {unitsOf(closest) === unitsOf(plan) ? t("recommendation.closest_same") : t("recommendation.closest", told(closest))}
      </li>
      {changes.map(({ leaves, comes, later_s }) =>
        later_s === null ? (
          <li key={leaves}>{t("recommendation.leaves_none", { unit: sign(leaves) })}</li>
        ) : (
          comes.length > 0 && (
            <li key={leaves}>
              {t(later_s > 0 ? "recommendation.leaves" : "recommendation.leaves_equal", { unit: sign(leaves), later: ageText(later_s), comes: comes.map(sign).join(", ") })}
            </li>
          )
        ),
      )}
      {waiting.map((one) => (
        <li key={`${one.unit_id} ${one.sooner_s}`}>
          {t(one.sooner_s > 0 ? "recommendation.waits" : "recommendation.waits_equal", { unit: sign(one.unit_id), eta: ageText(one.eta_s), sooner: ageText(one.sooner_s) })}
        </li>
      ))}
    </ul>
  );
}

function Opened({ incident_id, version }: Pick<Recommendation, "incident_id" | "version">) {
  const { t } = useTranslation();
  const [found, setFound] = useState<SecondThoughts | "failed" | null>(null);
  useEffect(() => {
    let current = true;
    api.thoughts(incident_id, version).then(
      (answer) => current && setFound(answer),
      () => current && setFound("failed"),
    );
    return () => {
      current = false;
    };
  }, [incident_id, version]);
  if (found === null) return <p className="note">…</p>;
  if (found === "failed") return <p className="warn">{t("recommendation.beside_failed")}</p>;
  if (found.thoughts === null) return <p className="note">{t("recommendation.beside_none")}</p>;
  return (
    <>
      {found.same_again === false && <p className="warn">{t("recommendation.other_again")}</p>}
      <Lines of={found.thoughts} />
    </>
  );
}

export function Beside({ plan }: { plan: Recommendation }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <details className="pad" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("recommendation.beside")}</summary>
      {open && <Opened key={`${plan.incident_id} ${plan.version}`} incident_id={plan.incident_id} version={plan.version} />}
    </details>
  );
}
