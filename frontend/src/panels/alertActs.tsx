/** What is done about an alert beyond taking it: put aside with a reason and an end, end a mayday, who is near. */
import { useState, type ReactNode, type SyntheticEvent } from "react";

import { endMayday, shelveAlert } from "../commands/actions";
import type { Outcome } from "../commands/outbox";
import { useTranslation } from "../i18n/useTranslation";
import { positions } from "../live/positions";
import { serverNow, useCentre } from "../live/store";
import type { Alert, LonLat, Unit } from "../protocol";
import { isFree } from "../state/board";
import { distanceM } from "../state/duplicates";
import { Dialog } from "../ui/dialog";
import { distanceText } from "../ui/time";

const MINUTES = [5, 15, 30, 60] as const;
const NEAREST = 3;

interface ReasonFormProps {
  id: string;
  title: string;
  label: string;
  submit: string;
  /** What else is asked beside the reason. */
  children?: ReactNode;
  onSubmit: (reason: string) => Promise<Outcome>;
  onDone: () => void;
}

/** A reason, and whatever else is asked; closed once the centre has taken it. */
export function ReasonForm({ id, title, label, submit, children, onSubmit, onDone }: ReasonFormProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    void onSubmit(reason).then((outcome) => outcome.ok && onDone());
  };
  return (
    <Dialog title={title} onClose={onDone}>
      <form onSubmit={send} className="dialog-form">
        <label htmlFor={id}>{label}</label>
        <input id={id} className="field" required autoFocus value={reason} onChange={(e) => setReason(e.target.value)} />
        {children}
        <div className="actions">
          <button type="submit" className="button primary">
            {submit}
          </button>
          <button type="button" className="button plain" onClick={onDone}>
            {t("form.leave")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function ShelveForm({ alert, onDone }: { alert: Alert; onDone: () => void }) {
  const { t } = useTranslation();
  const [minutes, setMinutes] = useState(15);
  return (
    <ReasonForm
      id="shelve-reason"
      title={t("alert.shelve_title")}
      label={t("alert.shelve_reason")}
      submit={t("alert.shelve")}
      onSubmit={(reason) => shelveAlert(alert.id, new Date(serverNow() + minutes * 60_000).toISOString(), reason)}
      onDone={onDone}
    >
      <fieldset className="priorities">
        <legend>{t("alert.shelve_for")}</legend>
        {MINUTES.map((value) => (
          <label key={value} className={minutes === value ? "on" : ""}>
            <input type="radio" name="shelve-minutes" checked={minutes === value} onChange={() => setMinutes(value)} />
            {t("alert.minutes", { count: value })}
          </label>
        ))}
      </fieldset>
    </ReasonForm>
  );
}

function EndMaydayForm({ unitId, onDone }: { unitId: string; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <ReasonForm
      id="safe-reason"
      title={t("alert.safe_title")}
      label={t("alert.safe_how")}
      submit={t("alert.safe")}
      onSubmit={(reason) => endMayday(unitId, reason)}
      onDone={onDone}
    />
  );
}

/** A button that asks before it acts; F9 with Shift finds the one that shelves by its alert. */
function Asking({ text, shelves, form }: { text: string; shelves?: string; form: (onDone: () => void) => ReactNode }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" className="button" data-shelve={shelves} onClick={() => setAsking(true)}>
        {text}
      </button>
      {asking && form(() => setAsking(false))}
    </>
  );
}

export function Shelve({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  return (
    <Asking text={t("alert.shelve")} shelves={alert.id} form={(onDone) => <ShelveForm alert={alert} onDone={onDone} />} />
  );
}

export function EndMayday({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  return (
    <Asking text={t("alert.safe")} form={(onDone) => <EndMaydayForm unitId={alert.about[1]} onDone={onDone} />} />
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
