/** What is done about an alert beyond taking it: put aside with a reason and an end, end a mayday, who is near. */
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { endMayday, shelveAlert } from "../commands/actions";
import { positions } from "../live/positions";
import { serverNow, useCentre } from "../live/store";
import type { Alert, LonLat, Unit } from "../protocol";
import { isFree } from "../state/board";
import { distanceM } from "../state/duplicates";
import { Dialog } from "../ui/dialog";
import { distanceText } from "../ui/time";

const MINUTES = [5, 15, 30, 60] as const;
const NEAREST = 3;

function ShelveForm({ alert, onDone }: { alert: Alert; onDone: () => void }) {
  const { t } = useTranslation();
  const [minutes, setMinutes] = useState(15);
  const [reason, setReason] = useState("");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const until = new Date(serverNow() + minutes * 60_000).toISOString();
    void shelveAlert(alert.id, until, reason).then((outcome) => outcome.ok && onDone());
  };
  return (
    <Dialog title={t("alert.shelve_title")} onClose={onDone}>
      <form onSubmit={submit} className="dialog-form">
        <label htmlFor="shelve-reason">{t("alert.shelve_reason")}</label>
        <input id="shelve-reason" className="field" required autoFocus value={reason} onChange={(e) => setReason(e.target.value)} />
        <fieldset className="priorities">
          <legend>{t("alert.shelve_for")}</legend>
          {MINUTES.map((value) => (
            <label key={value} className={minutes === value ? "on" : ""}>
              <input type="radio" name="shelve-minutes" checked={minutes === value} onChange={() => setMinutes(value)} />
              {t("alert.minutes", { count: value })}
            </label>
          ))}
        </fieldset>
        <div className="actions">
          <button type="submit" className="button primary">
            {t("alert.shelve")}
          </button>
          <button type="button" className="button plain" onClick={onDone}>
            {t("form.leave")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function Shelve({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" className="button" data-shelve={alert.id} onClick={() => setAsking(true)}>
        {t("alert.shelve")}
      </button>
      {asking && <ShelveForm alert={alert} onDone={() => setAsking(false)} />}
    </>
  );
}

function EndMaydayForm({ unitId, onDone }: { unitId: string; onDone: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void endMayday(unitId, reason).then((outcome) => outcome.ok && onDone());
  };
  return (
    <Dialog title={t("alert.safe_title")} onClose={onDone}>
      <form onSubmit={submit} className="dialog-form">
        <label htmlFor="safe-reason">{t("alert.safe_how")}</label>
        <input id="safe-reason" className="field" required autoFocus value={reason} onChange={(e) => setReason(e.target.value)} />
        <div className="actions">
          <button type="submit" className="button primary">
            {t("alert.safe")}
          </button>
          <button type="button" className="button plain" onClick={onDone}>
            {t("form.leave")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function EndMayday({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}>
        {t("alert.safe")}
      </button>
      {asking && <EndMaydayForm unitId={alert.about[1]} onDone={() => setAsking(false)} />}
    </>
  );
}

/** Free units nearest to a crew in danger, in a straight line: whoever can come first. */
export function NearestUnits({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const whereOf = (unit: Unit): LonLat | undefined =>
    positions.find(unit.id)?.lonLat ?? rows.station.get(unit.station_id)?.lon_lat;
  const unit = rows.unit.get(alert.about[1]);
  const here = unit && whereOf(unit);
  if (unit === undefined || here === undefined) return null;
  const near = [...rows.unit.values()]
    .flatMap((other) => {
      const there = whereOf(other);
      return other.id !== unit.id && isFree(other) && there !== undefined ? [{ other, m: distanceM(here, there) }] : [];
    })
    .sort((a, b) => a.m - b.m)
    .slice(0, NEAREST);
  return (
    <span className="nearest">
      {t("alert.nearest")}{" "}
      {near.map(({ other, m }) => (
        <span key={other.id}>
          <strong className="num">{other.call_sign}</strong> <span className="num">{distanceText(m)}</span>{" "}
        </span>
      ))}
    </span>
  );
}
