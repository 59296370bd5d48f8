/** The sheet itself: what is open, held, owed and broken, in the order in which it is read aloud. */
import type { ReactNode } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { AlertText } from "../panels/alerts";
import { AlertMark, PriorityMark } from "../ui/marks";
import { useNames } from "../ui/names";
import { clockText, dateText } from "../ui/time";
import { useWords } from "../ui/words";
import { levelOf } from "../state/alerts";
import type { Left, LeftIncident } from "./left";

function Part({ title, count, children }: { title: string; count: number; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <section className="sheet-part" aria-label={title}>
      <h3>
        {title} <span className="num">{count}</span>
      </h3>
      {count === 0 ? <p className="note">{t("handover.none")}</p> : <ul>{children}</ul>}
    </section>
  );
}

function IncidentRow({ item }: { item: LeftIncident }) {
  const { t } = useTranslation();
  const words = useWords();
  const nameOf = useNames();
  return (
    <li className="sheet-row">
      <PriorityMark priority={item.priority} />
      <a className="num" href={`/#incident=${item.id}`}>{item.number.slice(-4)}</a>
      <b>{words.type(item.typeCode)}</b>
      <span className="address">{item.place || t("place.unknown")}</span>
      <span className="grow" />
      {item.hold !== null && (
        <span className="warn">
          {t("handover.held_until", { at: clockText(item.hold.until).slice(0, 5), reason: item.hold.reason, name: nameOf(item.hold.by) })}
        </span>
      )}
      <span className="note">
        {item.open
          ? item.legs.map((leg) => `${words.line(leg.agency_id)} ${t(`handover.leg.${leg.state}`)}`).join(" · ")
          : t("handover.closed_since")}
      </span>
    </li>
  );
}

function Gone({ count }: { count: number }) {
  const { t } = useTranslation();
  return count > 0 ? <li className="sheet-row note">{t("handover.over_since", { count })}</li> : null;
}

export function LeftSheet({ left }: { left: Left }) {
  const { t } = useTranslation();
  const words = useWords();
  const nameOf = useNames();
  const held = left.incidents.filter((item) => item.hold !== null);
  return (
    <>
      <Part title={t("handover.open")} count={left.incidents.length + left.withheld}>
        {left.incidents.map((item) => <IncidentRow key={item.id} item={item} />)}
        {left.withheld > 0 && <li className="sheet-row note">{t("handover.withheld", { count: left.withheld })}</li>}
      </Part>
      {held.length > 0 && <p className="sheet-note warn">{t("handover.held", { count: held.length })}</p>}
      <Part title={t("handover.call_backs")} count={left.calls.length + left.gone.calls}>
        {left.calls.map((call) => (
          <li key={call.id} className="sheet-row">
            <span className="num">{call.line}</span>
            <b className="num">{call.number ?? t("call.no_number")}</b>
            <span className="note">{t("handover.rang", { at: clockText(call.rung_at) })}</span>
            <span className="note">{t("call.attempts", { count: call.attempts.length })}</span>
          </li>
        ))}
        <Gone count={left.gone.calls} />
      </Part>
      <Part title={t("handover.units")} count={left.units.length + left.gone.units}>
        {left.units.map((unit) => (
          <li key={unit.id} className="sheet-row">
            <b className="num">{unit.call_sign}</b>
            <span>{words.status(unit)}</span>
            <span className="note">{t("handover.since", { at: `${dateText(unit.phase_since)} ${clockText(unit.phase_since)}` })}</span>
          </li>
        ))}
        <Gone count={left.gone.units} />
      </Part>
      <Part title={t("handover.alerts")} count={left.alerts.length + left.gone.alerts}>
        {left.alerts.map((alert) => (
          <li key={alert.id} className="sheet-row">
            <AlertMark level={levelOf(alert)} />
            <span><AlertText alert={alert} /></span>
            {alert.claimed_by !== null && <span className="note">{t("alert.claimed_by", { name: nameOf(alert.claimed_by) })}</span>}
          </li>
        ))}
        <Gone count={left.gone.alerts} />
      </Part>
    </>
  );
}
