/** A unit on the incident: how far it is, what it has not read, and the line that is read to it over the radio. */
import { useState } from "react";

import { standDown } from "../../commands/actions";
import { useTranslation } from "../../i18n/useTranslation";
import { useNowS } from "../../live/clock";
import { useCentre } from "../../live/store";
import type { Assignment, AssignmentUpdate, Incident, Unit } from "../../protocol";
import { ticksOf } from "../../state/board";
import { expectedOf, spanText } from "../../state/eta";
import { newestAnswers } from "../../state/questions";
import { wordsOf } from "../../state/facts";
import { radioLine } from "../../state/radio";
import { offerLine } from "../../state/ui";
import { Age, Key, StatusMark, TickMarks } from "../../ui/marks";
import { useWords } from "../../ui/words";
import { OtherWaysButton, OtherWaysList } from "./otherWays";

/** Kinds of update whose new value is the id of a report or a note. */
const OF_NOTE: ReadonlySet<string> = new Set(["note", "caution"]);
const OF_REPORT: ReadonlySet<string> = new Set(["words", "guide"]);

function useNewValue(update: AssignmentUpdate, incident: Incident): string {
  const { t } = useTranslation();
  const words = useWords();
  const report = useCentre((s) => s.live.rows.report.get(update.new));
  if (OF_NOTE.has(update.kind)) {
    const note = incident.notes.find((each) => each.note_id === update.new);
    return note === undefined ? t("report.hidden") : wordsOf(note, t);
  }
  if (update.kind === "guide") return report?.phone ?? "";
  if (update.kind === "answers") return newestAnswers(report?.answers ?? [], words.codes, words.label) || t("report.hidden");
  if (OF_REPORT.has(update.kind)) return report?.words.at(-1) ?? t("report.hidden");
  return update.kind === "type" ? words.type(update.new) : update.new;
}

function Unread({ update, incident }: { update: AssignmentUpdate; incident: Incident }) {
  const { t } = useTranslation();
  const words = useWords();
  const value = useNewValue(update, incident);
  const old = update.kind === "type" && update.old !== "" ? words.type(update.old) : update.old;
  return (
    <li className="update">
      <span className={update.kind === "caution" ? "badge warn" : "badge"}>
        {t("update.unread", { n: update.n })} {t(`update.kind.${update.kind}`, { otherwise: update.kind })}
      </span>
      <span className="cut">
        {old !== "" && <s>{old}</s>} <strong>{value}</strong>
      </span>
      <span className={`num ${update.received_at === null ? "warn" : "note"}`}>
        {t(update.received_at === null ? "update.not_received" : "update.received")} <Age since={update.at} />
      </span>
    </li>
  );
}

/** Ready to be read aloud; shown by itself to whoever's device does not answer. */
function RadioText({ unit, incident }: { unit: Unit; incident: Incident }) {
  const { t } = useTranslation();
  const words = useWords();
  const nowS = useNowS();
  const line = radioLine(
    unit.call_sign,
    incident,
    {
      type: words.type(incident.type_code),
      place: words.place(incident.place),
      priority: t(`priority.${incident.priority}`).slice(2),
      unverified: t("radio.unverified"),
      caution: (note) => wordsOf(note, t),
    },
    nowS,
  );
  return (
    <p className="radio-line">
      <span className="note">{t("radio.read")}</span> <q>{line}</q>
    </p>
  );
}

/** When it is expected; the second moment is kept by nine of ten. Strong when it differs from what was first said. */
function Eta({ unit, assignment }: { unit: Unit; assignment: Assignment }) {
  const { t } = useTranslation();
  const expected = expectedOf(unit, assignment);
  // Until it has accepted the place is needed for that, and the recommendation tells the minutes.
  if (expected === null || (assignment.accepted_at === null && assignment.eta_at === null)) return null;
  const { usualMs, lateMs } = expected;
  return (
    <span className={assignment.eta_at === null ? "note" : "note strong"} title={lateMs === null ? undefined : t("unit.eta_spread")}>
      <span className="wide-only">ETA </span>
      <span className="num">
        {spanText(usualMs, lateMs)}
      </span>
    </span>
  );
}

export function UnitLine({ assignment, incident }: { assignment: Assignment; incident: Incident }) {
  const { t } = useTranslation();
  const unit = useCentre((s) => s.live.rows.unit.get(assignment.unit_id));
  const words = useWords();
  const nowS = useNowS();
  const [radio, setRadio] = useState(false);
  if (unit === undefined) return null;
  const ticks = ticksOf(assignment, nowS);
  const unread = assignment.updates.filter((update) => update.accepted_at === null);
  // Cautions first, then by their number.
  unread.sort((a, b) => Number(b.kind === "caution") - Number(a.kind === "caution") || a.n - b.n);
  const queued = assignment.state === "queued";
  const silent = !queued && assignment.accepted_at === null && (ticks.read === "late" || ticks.received === "late");
  return (
    <li className="unit-lines">
      <div className="unit-line">
        <StatusMark phase={unit.phase} inQuarters={unit.in_quarters} />
        <span className="num strong">{unit.call_sign}</span>
        <span className="cut">{queued ? t("unit.queued") : words.status(unit)}</span>
        <Age since={queued ? assignment.created_at : unit.phase_since} className="note" />
        {!queued && <TickMarks ticks={ticks} />}
        {assignment.times[unit.phase]?.source === "geofence" && <span className="badge">{t("unit.seen")}</span>}
        <Eta unit={unit} assignment={assignment} />
        {(assignment.hospital ?? (unit.vehicle_class === "ambulance" && assignment.times.on_scene)) && (
          <button type="button" className="button plain cut" onClick={() => offerLine(`BV ${unit.call_sign} `)}>
            {assignment.hospital ? `→ ${assignment.hospital.name}` : t("update.kind.hospital")}
          </button>
        )}
        {assignment.stand_down_reason !== null && <span className="badge warn">{t("unit.standing_down")}</span>}
        <span className="grow" />
        {!queued && (unread.length > 0 || assignment.accepted_at === null) && (
          <button type="button" className="button" onClick={() => offerLine(`K ${unit.call_sign}`)}>
            <Key>K</Key> {t("update.by_radio")}
          </button>
        )}
        {!queued && <OtherWaysButton unit={unit} to={incident.place.lon_lat} />}
        <button type="button" className="button plain" aria-pressed={radio || silent} onClick={() => setRadio(!radio)}>
          {t("radio.button")}
        </button>
        {assignment.stand_down_reason === null && (
          <button type="button" className="button plain" aria-label={t("leg.stand_down")} title={t("leg.stand_down")} onClick={() => void standDown(assignment.id)}>
            {t("leg.stand_down_short")}
          </button>
        )}
      </div>
      <OtherWaysList unit={unit} to={incident.place.lon_lat} />
      {(radio || silent) && <RadioText unit={unit} incident={incident} />}
      {unread.length > 0 && (
        <ul>
          {unread.map((update) => (
            <Unread key={update.n} update={update} incident={incident} />
          ))}
        </ul>
      )}
    </li>
  );
}
