/** Every alert, ranked, with what is put aside: a list that keeps its order while it is worked off. */

import { useTranslation } from "../i18n/useTranslation";
import { useNowS } from "../live/clock";
import { useCentre } from "../live/store";
import { firstUnclaimed, levelOf, shelvedAlerts, type AlertBoard } from "../state/alerts";
import { useDeskAgencies } from "../state/desk";
import { closePane } from "../state/ui";
import { AlertMark, Key, PanelHead } from "../ui/marks";
import { clockText } from "../ui/time";
import { AlertRow, AlertText } from "./alerts";

export function AlertList({ board }: { board: AlertBoard }) {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const agencies = useDeskAgencies();
  const shelved = shelvedAlerts(rows, agencies, useNowS());
  const first = firstUnclaimed(board);
  return (
    <>
      <PanelHead title={t("alert.title")} note={String(board.lines.length)}>
        <button type="button" className="button plain" onClick={closePane}>
          <Key>Esc</Key> {t("form.leave")}
        </button>
      </PanelHead>
      <div className="scroll alert-list" tabIndex={0} role="group" aria-label={t("alert.title")}>
        {board.lines.length === 0 && <p className="empty">{t("alert.none")}</p>}
        <ul>
          {board.lines.map((line) => (
            <AlertRow key={line.alert.id} line={line} first={line.alert.id === first?.id} full />
          ))}
        </ul>
        {shelved.length > 0 && <h3 className="group">{t("alert.shelved")}</h3>}
        <ul>
          {shelved.map((alert) => (
            <li key={alert.id} className="alert-line">
              <AlertMark level={levelOf(alert)} />
              <span className="cut">
                <AlertText alert={alert} />
              </span>
              <span className="grow" />
              <span className="note">
                {alert.shelved_reason} · {t("alert.until")} <span className="num">{clockText(alert.shelved_until ?? "")}</span>
              </span>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
