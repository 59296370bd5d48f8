/** Who should go, why, and what is missing; accepted by one key with the version that was seen. */
import { useTranslation } from "react-i18next";

import { acceptRecommendation } from "../../commands/actions";
import { useCentre } from "../../live/store";
import type { Incident, ProposedUnit, Reason } from "../../protocol";
import { acceptable, needLines, type NeedLine } from "../../state/recommendation";
import { Key, PanelHead, StatusMark } from "../../ui/marks";
import { ageText, distanceText } from "../../ui/time";
import { useWords } from "../../ui/words";

/** Unit ids in a reason's values are shown as call signs, seconds as minutes. */
function useReasonText(): (reason: Reason) => string {
  const { t } = useTranslation();
  const units = useCentre((s) => s.live.rows.unit);
  const words = useWords();
  return (reason) => {
    const values = Object.entries(reason.params).map(([name, value]) => {
      if (name.endsWith("_s") && typeof value === "number") return [name, ageText(value)];
      if (name.endsWith("_m") && typeof value === "number") return [name, distanceText(value)];
      if (name === "capability") return [name, words.capability(String(value))];
      return [name, units.get(String(value))?.call_sign ?? String(value)];
    });
    const filled = Object.fromEntries(values) as Record<string, string>;
    return t(`reason.${reason.code}`, { defaultValue: reason.code, ...filled });
  };
}

function ProposedLine({ proposed }: { proposed: ProposedUnit }) {
  const { t } = useTranslation();
  const unit = useCentre((s) => s.live.rows.unit.get(proposed.unit_id));
  const units = useCentre((s) => s.live.rows.unit);
  const reasonText = useReasonText();
  const gone = unit !== undefined && unit.assignment_id !== null;
  const next = proposed.alternatives[0];
  const nextSign = next && units.get(next.unit_id)?.call_sign;
  return (
    <tr className={gone ? "gone" : "proposed"}>
      <td>
        <StatusMark phase={unit?.phase ?? proposed.phase} inQuarters={unit?.in_quarters ?? false} />{" "}
        <span className="num strong">{unit?.call_sign ?? proposed.unit_id}</span>
      </td>
      <td className="num strong">{ageText(proposed.eta_s)}</td>
      <td className="num note">{unit?.in_quarters ? t("unit.in_quarters") : `${Math.round(proposed.position_age_s)} s`}</td>
      <td>
        {gone && <strong className="warn">{t("recommendation.gone")} </strong>}
        {proposed.reasons.map(reasonText).join(" · ")}
        {next && nextSign && (
          <span className="note">
            {" "}
            {t("recommendation.next", { unit: nextSign, eta: ageText(next.eta_s) })}
          </span>
        )}
      </td>
    </tr>
  );
}

function NeedRows({ line }: { line: NeedLine }) {
  const { t } = useTranslation();
  const words = useWords();
  const units = useCentre((s) => s.live.rows.unit);
  const reasonText = useReasonText();
  const covered = line.assigned.length + line.proposed.length;
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={4}>
          {words.capability(line.need.capability)}{" "}
          <span className="num">
            {covered}/{line.need.count}
          </span>{" "}
          <span className="note num">{line.assigned.map((id) => units.get(id)?.call_sign ?? id).join(" ")}</span>
        </th>
      </tr>
      {line.proposed.map((proposed) => (
        <ProposedLine key={proposed.unit_id} proposed={proposed} />
      ))}
      {line.missing && (
        <tr className="warn">
          <td colSpan={3}>{t("recommendation.missing", { count: line.missing.missing })}</td>
          <td>
            {line.missing.below_minimum && <strong>{t("recommendation.below_minimum")} </strong>}
            {reasonText(line.missing.reason)}
          </td>
        </tr>
      )}
    </tbody>
  );
}

export function RecommendationView({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const plan = rows.recommendation.get(incident.id);
  const lines = needLines(rows, incident, plan);
  return (
    <section aria-label={t("recommendation.title")}>
      <PanelHead title={t("recommendation.title")} note={plan ? `v${plan.version}` : t("recommendation.none")}>
        {plan?.degraded && <span className="badge warn">{t("recommendation.degraded")}</span>}
        {plan && plan.missing.length > 0 && (
          <span className="badge warn">
            {t("recommendation.missing", { count: plan.missing.reduce((sum, item) => sum + item.missing, 0) })}
          </span>
        )}
      </PanelHead>
      <table className="needs">
        <thead className="sr-only">
          <tr>
            <th scope="col">{t("unit.title")}</th>
            <th scope="col">ETA</th>
            <th scope="col">{t("unit.position")}</th>
            <th scope="col">{t("recommendation.why")}</th>
          </tr>
        </thead>
        {lines.map((line) => (
          <NeedRows key={line.need.need_id} line={line} />
        ))}
      </table>
    </section>
  );
}

/** The usual answer, always in sight: what one key would send, with the version that was seen. */
export function AcceptBar({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const plan = rows.recommendation.get(incident.id);
  const units = acceptable(rows, plan).map((proposed) => rows.unit.get(proposed.unit_id)?.call_sign ?? "");
  if (plan === undefined || units.length === 0 || incident.state !== "open") return null;
  return (
    <div className="actions pad bar">
      <button type="button" className="button primary" onClick={() => void acceptRecommendation(incident.id)}>
        <Key>F8</Key> {t("recommendation.accept", { version: plan.version })}{" "}
        <span className="num">{units.join(", ")}</span>
      </button>
    </div>
  );
}
