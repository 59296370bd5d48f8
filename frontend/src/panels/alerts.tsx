/** The band of alerts: two rows, the rest folds into the lamps' counts. It never scrolls. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { claimAlert } from "../commands/actions";
import { useNowS } from "../live/clock";
import { useCentre } from "../live/store";
import type { Alert } from "../protocol";
import { buildAlerts, firstUnclaimed, levelOf, type AlertBoard, type AlertLine } from "../state/alerts";
import { useDeskAgencies } from "../state/desk";
import { select } from "../state/ui";
import { Age, AlertMark, Key } from "../ui/marks";
import { useNames } from "../ui/names";
import { useWords } from "../ui/words";

const SHOWN = 2;

export function useAlertBoard(): AlertBoard {
  const rows = useCentre((s) => s.live.rows);
  const agencies = useDeskAgencies();
  const nowS = useNowS();
  return useMemo(() => buildAlerts(rows, agencies, nowS), [rows, agencies, nowS]);
}

export function useAlertText(): (alert: Alert) => string {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const words = useWords();
  return (alert) => {
    const unitId = alert.about[0] === "unit" ? alert.about[1] : rows.assignment.get(alert.about[1])?.unit_id;
    const unit = unitId === undefined ? undefined : rows.unit.get(unitId)?.call_sign;
    const incident = alert.incident_id === null ? undefined : rows.incident.get(alert.incident_id);
    const who = unit ?? (alert.agency_id ? words.agency(alert.agency_id) : "");
    const about = incident ? `${incident.number.slice(-4)} ${words.type(incident.type_code)}` : "";
    return [who, t(`alert.${alert.kind}`, { defaultValue: alert.kind }), about].filter(Boolean).join(" · ");
  };
}

function Line({ line, first }: { line: AlertLine; first: boolean }) {
  const { t } = useTranslation();
  const text = useAlertText();
  const nameOf = useNames();
  const { alert, count } = line;
  const unclaimed = alert.claimed_by === null;
  return (
    <li className={`alert-line level-${alert.level} ${unclaimed ? "unclaimed" : "claimed"}`}>
      <AlertMark level={levelOf(alert)} />
      <button
        type="button"
        className="alert-text cut"
        disabled={alert.incident_id === null}
        onClick={() => alert.incident_id && select({ kind: "incident", id: alert.incident_id })}
      >
        {text(alert)}
        {count > 1 && <span className="num"> ×{count}</span>}
      </button>
      <Age since={alert.raised_at} />
      <span className="grow" />
      {unclaimed ? (
        <button type="button" className={`button ${first ? "primary" : ""}`} onClick={() => void claimAlert(alert.id)}>
          {first && <Key>F9</Key>} {t("alert.claim")}
        </button>
      ) : (
        <span className="badge">{t("alert.claimed_by", { name: nameOf(alert.claimed_by ?? "") })}</span>
      )}
    </li>
  );
}

export function Alerts() {
  const { t } = useTranslation();
  const board = useAlertBoard();
  const first = firstUnclaimed(board);
  const hidden = board.lines.length - SHOWN;
  return (
    <section className="alerts" aria-label={t("alert.title")}>
      {board.lines.length === 0 && <p className="empty">{t("alert.none")}</p>}
      <ul aria-live="assertive">
        {board.lines.slice(0, SHOWN).map((line) => (
          <Line key={line.alert.id} line={line} first={line.alert.id === first?.id} />
        ))}
      </ul>
      <p className="lamps">
        {(["A", "B", "C"] as const).map((level) => (
          <span key={level} className="lamp">
            <AlertMark level={level} /> <span className="num">{board.unclaimed[level]}</span>
          </span>
        ))}
        {hidden > 0 && <span className="note">{t("alert.more", { count: hidden })}</span>}
      </p>
    </section>
  );
}
