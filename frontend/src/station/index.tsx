/** The station's page: what, where and who goes, to be read from across the room, worked by keys, printed. */
import "../i18n/areas/field";
import "../i18n/areas/station";
import "../field/field.css";
import { useTranslation } from "../i18n/useTranslation";
import "./station.css";
import { useEffect, useState } from "react";

import { installShell } from "../field/install";
import { Notices, Refusals } from "../field/notices";
import { useAlarm, useUnlockByTouch, useWakeLock } from "../field/alarm";
import { rest, useField, wake } from "../field/store";
import { useCentre } from "../live/store";
import { StationHeader } from "./header";
import { useStationKeys } from "./keys";
import { Band, OrderView } from "./order";
import { isUnread, ordersOf, type Order } from "./orders";
import { Side } from "./side";

function useLink(): void {
  const accountId = useCentre((s) => s.me?.id ?? "");
  useEffect(() => {
    void wake(accountId);
    return rest;
  }, [accountId]);
}

/** The order in hand: the one chosen, else the one that has waited longest. */
export function chosenOf(orders: readonly Order[], chosenId: string | null): Order | null {
  return orders.find((order) => order.assignment.id === chosenId) ?? orders[0] ?? null;
}

export default function StationPage() {
  const { t } = useTranslation();
  useLink();
  useUnlockByTouch();
  useWakeLock();
  useEffect(() => installShell("/station"), []);
  const rows = useField((s) => s.rows);
  const queue = useField((s) => s.queue);
  const called = useField((s) => s.notices.length > 0);
  const [chosenId, choose] = useState<string | null>(null);
  const [crewOf, setCrewOf] = useState<string | null>(null);
  const orders = ordersOf(rows, queue);
  const order = chosenOf(orders, chosenId);
  useAlarm(called ? "stand_down" : orders.some(isUnread) ? "assignment" : null);
  useStationKeys({ orders, order, choose: (id) => choose(id), openCrew: setCrewOf });
  return (
    <main className="station">
      <StationHeader />
      <div className="st-loud">
        <Notices />
        <Refusals />
        {order !== null && <Band order={order} />}
      </div>
      <div className="st-body">
        {order === null ? (
          <section className="st-order st-none">
            <h1>{t("station.none")}</h1>
            <p className="note">{t("station.none_hint")}</p>
          </section>
        ) : (
          <OrderView key={order.assignment.id} order={order} orders={orders} onChoose={choose} />
        )}
        <Side order={order} crewOf={crewOf} onCrewOf={setCrewOf} />
      </div>
      <footer className="st-keys">
        {(["accept", "roll", "crew", "print", "tone", "next"] as const).map((name) => (
          <span key={name}>
            <kbd className="key">{t(`station.key.${name}`)}</kbd> {t(`station.does.${name}`)}
          </span>
        ))}
      </footer>
    </main>
  );
}
