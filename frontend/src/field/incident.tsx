/** The assignment on one screen: dangers first, then what and where, what changed, and the way. */

import { useTranslation } from "../i18n/useTranslation";
import type { Assignment, Incident, Unit } from "../protocol";
import { newestAnswers } from "../state/questions";
import { PriorityMark } from "../ui/marks";
import { clockText, distanceText } from "../ui/time";
import { heardApart, useWords } from "../ui/words";
import { HospitalChoice } from "./hospital";
import { destinationOf, isThere } from "./hospitals";
import { tell, useField } from "./store";
import { noteTexts, phonesOf, updatesOf, type UpdateView } from "./updates";
import { Way, WayTo } from "./way";

function accept(assignmentId: string, n: number): void {
  void tell({ type: "assignment.accept", assignment_id: assignmentId, n });
}

export function useUpdates(assignment: Assignment): UpdateView[] {
  const rows = useField((s) => s.rows);
  const queue = useField((s) => s.queue);
  const words = useWords();
  const { t } = useTranslation();
  return updatesOf(assignment, rows, queue, {
    type: words.type,
    answers: (given) => newestAnswers(given, words.codes, words.label),
    closed: (agencies) => t("fact.ask", { agencies: agencies.join(", ") }),
  });
}

function DangerMark() {
  return (
    <svg viewBox="0 0 28 28" width="28" height="28" aria-hidden="true" className="mark f-danger">
      <path d="M14 3L26 25H2z" fill="none" stroke="currentColor" strokeWidth="2.4" />
      <path d="M14 11v7M14 20.5v2" stroke="currentColor" strokeWidth="2.6" />
    </svg>
  );
}

/** A danger is acknowledged apart from the assignment, and stays in sight after that. */
export function Cautions({ assignment, updates }: { assignment: Assignment; updates: readonly UpdateView[] }) {
  const { t } = useTranslation();
  const cautions = updates.filter((update) => update.kind === "caution");
  return cautions.map((caution) => (
    <section key={caution.n} className="f-caution" aria-label={t("field.caution")}>
      <DangerMark />
      <div className="grow">
        <h2>{caution.now ?? t("field.hidden")}</h2>
        {caution.source !== "" && <p className="note">{caution.source}</p>}
      </div>
      {!caution.read && (
        <button type="button" className="f-button" onClick={() => accept(assignment.id, caution.n)}>
          {t("field.understood")}
        </button>
      )}
    </section>
  ));
}

/** "Chưa xác minh" until the address was read back. */
export function placeStateKey(incident: Incident): "heard" | "matched" | "read_back" | "confirmed_by_crew" {
  return incident.place.state;
}

/** The street apart from its ward, so that what is read from afar is short. */
export function streetOf(label: string, ward: string): string {
  return ward !== "" && label.endsWith(`, ${ward}`) ? label.slice(0, -ward.length - 2) : label;
}

export function PlaceLine({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const words = useWords();
  const { place } = incident;
  const street = streetOf(words.place(place), place.ward);
  const unverified = place.state === "heard" || place.state === "matched";
  return (
    <>
      <p className="f-address">{street}</p>
      <p className="note">
        {place.ward !== "" && !street.includes(place.ward) && `${place.ward} · `}
        <span className={unverified ? "f-unverified" : undefined}>{t(`field.place.${placeStateKey(incident)}`)}</span>
        {place.mouth_m ? ` · ${t("place.mouth", { at: distanceText(place.mouth_m) })}` : ""}
      </p>
      {heardApart(place) && (
        <p className="note">
          {t("place.heard")}: “{place.heard}”
        </p>
      )}
    </>
  );
}

/** At the scene one touch says that the address is this one: it is known from then on to be found where the crew stands. */
export function ConfirmPlace({ unit, incident }: { unit: Unit; incident: Incident }) {
  const { t } = useTranslation();
  const { codes } = useWords();
  const queue = useField((s) => s.queue);
  const { place, id } = incident;
  if (place.lon_lat === null || place.state === "confirmed_by_crew" || !isThere(unit, codes?.agencies[unit.agency_id], queue)) return null;
  const said = queue.some((item) => item.kind === "command" && item.body.type === "incident.read_back" && item.body.incident_id === id);
  if (said) return <p className="note">{t("field.place.confirmed_by_crew")}</p>;
  return (
    <button type="button" className="f-button" onClick={() => void tell({ type: "incident.read_back", incident_id: id })}>
      {t("field.confirm_place")}
    </button>
  );
}

function UpdateText({ update }: { update: UpdateView }) {
  const { t } = useTranslation();
  return (
    <p className="f-update-text">
      <span className="note">{t(`field.kind.${update.kind}`, { otherwise: update.kind })}:</span>{" "}
      <strong>{update.now ?? t("field.hidden")}</strong>{" "}
      {update.before !== "" && (
        <del>
          <span className="sr-only">{t("field.was")} </span>
          {update.before}
        </del>
      )}
    </p>
  );
}

/** Unread ones each with their button; of those that were read the newest two stay in sight. */
export function Updates({ assignment, updates }: { assignment: Assignment; updates: readonly UpdateView[] }) {
  const { t } = useTranslation();
  const plain = updates.filter((update) => update.kind !== "caution" && update.kind !== "stand_down");
  const unread = plain.filter((update) => !update.read);
  const shown = [...unread, ...plain.filter((update) => update.read).slice(0, 2)];
  return (
    <ol className="f-updates">
      {shown.map((update) => (
        <li key={update.n} className={`f-update ${update.read ? "" : "f-unread"}`}>
          <span className="f-tag">{t("field.update", { n: update.n })}</span>
          <UpdateText update={update} />
          <time className="num note">{clockText(update.at).slice(0, 5)}</time>
          {!update.read && (
            <button type="button" className="f-button" onClick={() => accept(assignment.id, update.n)}>
              {t("field.read")}
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}

function Told({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const rows = useField((s) => s.rows);
  const trapped = noteTexts(incident, "trapped").at(-1);
  const access = noteTexts(incident, "access").at(-1);
  const words = incident.report_ids.flatMap((id) => rows.report.get(id)?.words ?? []).filter((line) => line !== null);
  const facts = [
    ["trapped", trapped],
    ["access", access],
    ["said", words[0] === undefined ? undefined : `“${words[0]}”`],
  ] as const;
  return (
    <dl className="f-facts">
      {facts.map(([name, text]) =>
        text === undefined ? null : (
          <div key={name}>
            <dt>{t(`field.fact.${name}`)}</dt>
            <dd>{text}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function Phones({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const rows = useField((s) => s.rows);
  const phones = phonesOf(incident, rows).slice(0, 2);
  if (phones.length === 0) return null;
  return (
    <div className="f-row">
      {phones.map(({ phone, name, guides }) => (
        <a key={phone} className="f-button" href={`tel:${phone}`}>
          {t(guides ? "field.call_guide" : "field.call_caller")} {name} <span className="num">{phone}</span>
        </a>
      ))}
    </div>
  );
}

interface Props {
  unit: Unit;
  assignment: Assignment;
  incident: Incident;
}

export function IncidentView({ unit, assignment, incident }: Props) {
  const words = useWords();
  const updates = useUpdates(assignment);
  const hospital = destinationOf(unit, assignment);
  return (
    <>
      <Cautions assignment={assignment} updates={updates} />
      <section className="f-incident">
        <div className="f-title">
          <PriorityMark priority={incident.priority} />
          <h1>{words.type(incident.type_code)}</h1>
          <span className="grow" />
          {incident.test && <span className="f-tag">TEST</span>}
          <span className="num note f-number">{incident.number.slice(-4)}</span>
        </div>
        <PlaceLine incident={incident} />
        <ConfirmPlace unit={unit} incident={incident} />
      </section>
      <Updates assignment={assignment} updates={updates} />
      <HospitalChoice key={assignment.id} unit={unit} assignment={assignment} typeCode={incident.type_code} />
      {hospital === null ? (
        <Way unit={unit} assignment={assignment} incident={incident} />
      ) : (
        <WayTo key={hospital.hospital_id} unit={unit} to={hospital.lon_lat} hot={assignment.hot} priority={incident.priority} />
      )}
      <Told incident={incident} />
      <Phones incident={incident} />
    </>
  );
}
