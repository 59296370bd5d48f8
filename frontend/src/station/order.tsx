/** One order, large: what, where, dangers, what is known, the way, and the keys that answer it. */

import { Cautions, PlaceLine, Updates, useUpdates } from "../field/incident";
import { useField } from "../field/store";
import { noteTexts } from "../field/updates";
import { Way } from "../field/way";
import { useTranslation } from "../i18n/useTranslation";
import type { Incident } from "../protocol";
import { Age, AlertMark, Key, PriorityMark } from "../ui/marks";
import { clockText } from "../ui/time";
import { useWords } from "../ui/words";
import { acceptAndRoll, acceptOrder } from "./acts";
import { isUnread, sentAt, type Order } from "./orders";

/** Red as long as nobody has answered; then who goes, and since when. */
export function Band({ order }: { order: Order }) {
  const { t } = useTranslation();
  const unread = isUnread(order);
  return (
    <div className={`st-band ${unread ? "st-unread" : ""}`} role={unread ? "alert" : "status"}>
      {unread && <AlertMark level="A" />}
      <p>
        <strong>
          <span className="num">{order.unit.call_sign}</span> {t(unread ? "station.unread" : "station.going")}
        </strong>
        <span>{t("station.sent_at", { at: clockText(sentAt(order)) })}</span>
      </p>
      <Age since={sentAt(order)} className="st-age" />
    </div>
  );
}

function Others({ orders, order, onChoose }: Props) {
  const { t } = useTranslation();
  if (orders.length < 2) return null;
  return (
    <nav className="st-others" aria-label={t("station.orders")}>
      {orders.map((other) => (
        <button
          key={other.assignment.id}
          type="button"
          className={`button ${isUnread(other) ? "st-mute" : ""}`}
          aria-current={other.assignment.id === order.assignment.id}
          onClick={() => onChoose(other.assignment.id)}
        >
          <span className="num">{other.unit.call_sign}</span> → <span className="num">{other.incident.number.slice(-4)}</span>
        </button>
      ))}
    </nav>
  );
}

function useFacts(incident: Incident): (readonly [string, string])[] {
  const { t } = useTranslation();
  const rows = useField((s) => s.rows);
  const words = useWords();
  const legs = incident.leg_ids.flatMap((id) => rows.leg.get(id) ?? []);
  const said = incident.report_ids.flatMap((id) => rows.report.get(id)?.words ?? []).filter((line) => line !== null);
  const facts: [string, string | undefined][] = [
    ["trapped", noteTexts(incident, "trapped").at(-1)],
    ["access", noteTexts(incident, "access").at(-1)],
    ["said", said[0] === undefined ? undefined : `“${said[0]}”`],
    ["note", noteTexts(incident, "note").at(-1)],
    ["legs", legs.map((leg) => `${words.line(leg.agency_id)} ${t(`leg.${leg.state}`)}`).join(" · ")],
  ];
  return facts.flatMap(([name, text]) => (text ? [[name, text] as const] : []));
}

function Facts({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  return (
    <dl className="f-facts">
      {useFacts(incident).map(([name, text]) => (
        <div key={name}>
          <dt>{t(`station.fact.${name}`)}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function Answers({ order }: { order: Order }) {
  const { t } = useTranslation();
  const words = useWords();
  const rolling = order.assignment.times.en_route !== undefined;
  return (
    <div className="st-answers">
      <button
        type="button"
        className={`button ${isUnread(order) ? "primary" : ""}`}
        disabled={!isUnread(order)}
        onClick={() => acceptOrder(order)}
      >
        <Key>Enter</Key> {t(order.accepted ? "station.accepted" : "station.accept")}
      </button>
      <button
        type="button"
        className="button"
        disabled={rolling}
        onClick={() => void acceptAndRoll(order, words.codes?.agencies[order.unit.agency_id])}
      >
        <Key>F8</Key> {t("station.accept_and_roll")}
      </button>
      <button type="button" className="button" onClick={() => window.print()}>
        <Key>P</Key> {t("station.print")}
      </button>
    </div>
  );
}

interface Props {
  order: Order;
  orders: readonly Order[];
  onChoose: (assignmentId: string) => void;
}

export function OrderView({ order, orders, onChoose }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const { incident, assignment, unit } = order;
  const updates = useUpdates(assignment);
  return (
    <section className="st-order" aria-label={t("station.order")}>
      <div className="st-sheet" tabIndex={0} role="group" aria-label={incident.number}>
        <Others order={order} orders={orders} onChoose={onChoose} />
        <div className="f-title">
          <PriorityMark priority={incident.priority} />
          <h2>{words.type(incident.type_code)}</h2>
          <span className="grow" />
          <span className="num note st-number">{incident.number.slice(-4)}</span>
        </div>
        <PlaceLine incident={incident} />
        <Cautions assignment={assignment} updates={updates} />
        <Updates assignment={assignment} updates={updates} />
        <Facts incident={incident} />
        <Way unit={unit} assignment={assignment} incident={incident} driven={false} />
      </div>
      <Answers order={order} />
    </section>
  );
}
