/** The band of alerts: two rows, the rest folds into the lamps' counts and the list of all. It never scrolls. */
import { useMemo } from "react";

import { claimAlert } from "../commands/actions";
import { useTranslation } from "../i18n/useTranslation";
import { useNowS } from "../live/clock";
import { useCentre } from "../live/store";
import type { Alert } from "../protocol";
import { buildAlerts, firstUnclaimed, levelOf, LIMIT_S, type AlertBoard, type AlertLine } from "../state/alerts";
import { useDeskAgencies } from "../state/desk";
import { PENDING_LIMIT_S } from "../state/queue";
import { offerLine, select, useUi } from "../state/ui";
import { Age, AlertMark, Key } from "../ui/marks";
import { useNames } from "../ui/names";
import { ageText } from "../ui/time";
import { useWords } from "../ui/words";
import { EndMayday, NearestUnits, Shelve } from "./alertActs";
import { secondText } from "./incident/automatic";

export function useAlertBoard(): AlertBoard {
  const rows = useCentre((s) => s.live.rows);
  const agencies = useDeskAgencies();
  const nowS = useNowS();
  return useMemo(() => buildAlerts(rows, agencies, nowS), [rows, agencies, nowS]);
}

/** The unit an alert is about, if it is about one. */
function useAlertUnit(alert: Alert) {
  const rows = useCentre((s) => s.live.rows);
  const unitId = alert.about[0] === "unit" ? alert.about[1] : (rows.assignment.get(alert.about[1]) ?? rows.move.get(alert.about[1]))?.unit_id;
  return unitId === undefined ? undefined : rows.unit.get(unitId);
}

/** The same in one plain text, for lists elsewhere. */
export function useAlertText(): (alert: Alert) => string {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const words = useWords();
  return (alert) => {
    const unitId = alert.about[0] === "unit" ? alert.about[1] : (rows.assignment.get(alert.about[1]) ?? rows.move.get(alert.about[1]))?.unit_id;
    const unit = unitId === undefined ? undefined : rows.unit.get(unitId)?.call_sign;
    const incident = alert.incident_id === null ? undefined : rows.incident.get(alert.incident_id);
    const who = unit ?? (alert.agency_id ? words.agency(alert.agency_id) : "");
    const about = incident ? `${incident.number.slice(-4)} ${words.type(incident.type_code)}` : "";
    return [who, t(`alert.${alert.kind}`, { otherwise: alert.kind }), about].filter(Boolean).join(" · ");
  };
}

export function AlertText({ alert, count = 1 }: { alert: Alert; count?: number }) {
  const { t, lang } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const words = useWords();
  const unit = useAlertUnit(alert);
  const incident = alert.incident_id === null ? undefined : rows.incident.get(alert.incident_id);
  const { second_of, second_type, distance_m } = alert.params;
  const desk = alert.about[0] === "desk" ? rows.desk.get(alert.about[1])?.name : undefined;
  const who = unit?.call_sign ?? desk ?? (alert.agency_id ? words.line(alert.agency_id) : "");
  const limit = LIMIT_S[alert.kind] ?? (alert.kind === "pending_overdue" && incident ? PENDING_LIMIT_S[incident.priority] : undefined);
  return (
    <>
      <strong>
        <span className="num">{who}</span> {t(`alert.${alert.kind}`, { otherwise: alert.kind })}
        {count > 1 && <span className="num"> ×{count}</span>}
      </strong>{" "}
      <Age since={alert.raised_at} className="alert-age" />
      {alert.about[0] === "zone" && <span className="note"> {alert.params[lang === "vi" ? "zone_vi" : "zone_en"]}</span>}
      {second_of !== undefined && <span className="note"> {secondText(words, second_of, second_type ?? "", distance_m === undefined ? null : Number(distance_m))}</span>}
      {limit !== undefined && <span className="note"> {t("alert.limit", { limit: ageText(limit) })}</span>}
      {incident && (
        <span className="note">
          {" "}
          · <span className="num">{incident.number.slice(-4)}</span> {words.type(incident.type_code)}
        </span>
      )}
    </>
  );
}

export function openAlert(alert: Alert): void {
  if (alert.about[0] === "road_condition") useUi.setState({ pane: "roads" });
  else if (alert.about[0] === "report") select({ kind: "report", id: alert.about[1] });
  else if (alert.incident_id !== null) select({ kind: "incident", id: alert.incident_id });
}

/** The usual answers to a unit that has not answered: by radio, or another unit in its place. */
function RadioActs({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const sign = useAlertUnit(alert)?.call_sign;
  if (sign === undefined || !/^un|^update/.test(alert.kind)) return null;
  return (
    <>
      <button type="button" className="button" onClick={() => offerLine(`K ${sign}`)}>
        <Key>K {sign}</Key> {t("alert.radio")}
      </button>
      {alert.kind.startsWith("un") && (
        <button type="button" className="button wide-only" onClick={() => offerLine(`W ${sign} `)}>
          <Key>W {sign}</Key> {t("alert.swap")}
        </button>
      )}
    </>
  );
}

export function AlertClaim({ alert, first }: { alert: Alert; first: boolean }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  if (alert.claimed_by !== null) {
    return <span className="badge">{t("alert.claimed_by", { name: nameOf(alert.claimed_by) })}</span>;
  }
  return (
    <button type="button" className={`button ${first ? "primary" : ""}`} onClick={() => void claimAlert(alert.id)}>
      {first && <Key>F9</Key>} {t("alert.claim")}
    </button>
  );
}

/** One alert with everything that can be done about it. */
export function AlertRow({ line, first, full, more = 0 }: { line: AlertLine; first: boolean; full: boolean; more?: number }) {
  const { t } = useTranslation();
  const { alert, count } = line;
  const unclaimed = alert.claimed_by === null;
  return (
    <li className={`alert-line level-${alert.level} ${unclaimed ? "unclaimed" : "claimed"} ${alert.kind}`}>
      <AlertMark level={levelOf(alert)} />
      <button type="button" className="alert-text cut" onClick={() => openAlert(alert)}>
        <AlertText alert={alert} count={count} />
      </button>
      {alert.kind === "mayday" && <NearestUnits alert={alert} />}
      <span className="grow" />
      {full && <RadioActs alert={alert} />}
      {alert.kind === "mayday" ? full && <EndMayday alert={alert} /> : full && <Shelve alert={alert} />}
      {more > 0 && (
        <button type="button" className="button plain" onClick={() => useUi.setState({ pane: "alerts" })}>
          {t("alert.more", { count: more })}
        </button>
      )}
      <AlertClaim alert={alert} first={first} />
    </li>
  );
}

export function Alerts({ board }: { board: AlertBoard }) {
  const { t } = useTranslation();
  const first = firstUnclaimed(board);
  const [top, second] = board.lines;
  const hidden = board.lines.length - 2;
  return (
    <section className="alerts" aria-label={t("alert.title")}>
      {top === undefined && <p className="empty">{t("alert.none")}</p>}
      <ul aria-live="assertive">
        {top && <AlertRow key={top.alert.id} line={top} first={top.alert.id === first?.id} full />}
        {second && <AlertRow key={second.alert.id} line={second} first={second.alert.id === first?.id} full={false} more={hidden} />}
      </ul>
    </section>
  );
}
