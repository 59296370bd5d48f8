/** The alerts that concern the whole room, worst first: one row that never scrolls, with what is behind it. */
import { useMemo } from "react";

import { claimAlert } from "../commands/actions";
import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import { AlertText } from "../panels/alerts";
import type { Alert } from "../protocol";
import { buildAlerts, levelOf } from "../state/alerts";
import { AlertMark } from "../ui/marks";
import { useNames } from "../ui/names";
import { LIST_STEP_S, useStepS } from "./range";

const SHOWN = 3;

function AlertItem({ alert, count }: { alert: Alert; count: number }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  return (
    <li className={`band-alert level-${alert.level} ${alert.claimed_by === null ? "unclaimed" : ""}`}>
      <AlertMark level={levelOf(alert)} />
      <span className="cut">
        <AlertText alert={alert} count={count} />
      </span>
      {alert.claimed_by === null ? (
        <button type="button" className="button" onClick={() => void claimAlert(alert.id)}>
          {t("alert.claim")}
        </button>
      ) : (
        <span className="badge cut">{t("alert.claimed_by", { name: nameOf(alert.claimed_by) })}</span>
      )}
    </li>
  );
}

export function AlertBand() {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const agencies = useCentre((s) => s.me?.agencies);
  const nowS = useStepS(LIST_STEP_S);
  const board = useMemo(() => buildAlerts(rows, agencies ?? null, nowS), [rows, agencies, nowS]);
  return (
    <section className="alert-band" aria-label={t("alert.title")}>
      {board.lines.length === 0 && <p className="empty">{t("alert.none")}</p>}
      <ul>
        {board.lines.slice(0, SHOWN).map(({ alert, count }) => <AlertItem key={alert.id} alert={alert} count={count} />)}
      </ul>
      {board.lines.length > SHOWN && <a className="button plain" href="/">{t("alert.more", { count: board.lines.length - SHOWN })}</a>}
    </section>
  );
}
