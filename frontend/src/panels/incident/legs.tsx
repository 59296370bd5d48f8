/** The parts of the incident, one per agency, with the units on them. */

import { closeLeg, seeLeg } from "../../commands/actions";
import { useTranslation } from "../../i18n/useTranslation";
import { useNowS } from "../../live/clock";
import { useCentre } from "../../live/store";
import type { Incident, Leg } from "../../protocol";
import { activeAssignments, furthestPhase } from "../../state/legs";
import { isOverdue, legsOf, PENDING_LIMIT_S } from "../../state/queue";
import { askCallOff, type CallingOff } from "../../state/ui";
import { Age, PanelHead, StatusMark, WaitingMark } from "../../ui/marks";
import { ageText, clockText } from "../../ui/time";
import { useWords } from "../../ui/words";
import { AutomaticEnd } from "./automatic";
import { UnitLine } from "./unitLine";

function CloseLeg({ leg }: { leg: Leg }) {
  const { t } = useTranslation();
  const words = useWords();
  const outcomes = Object.entries(words.codes?.outcomes ?? {});
  return (
    <label className="inline">
      <span className="sr-only">{t("leg.close")}</span>
      <select value="" onChange={(e) => e.target.value !== "" && void closeLeg(leg.id, e.target.value)}>
        <option value="">{t("leg.close")}…</option>
        {outcomes.map(([code, label]) => (
          <option key={code} value={code}>
            {words.label(label, code)}
          </option>
        ))}
      </select>
    </label>
  );
}

function LegState({ leg }: { leg: Leg }) {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const nowS = useNowS();
  const phase = furthestPhase(rows, leg);
  const waitingSince = leg.pending_since ?? leg.requested_at;
  const waits = phase === null && leg.state !== "closed" && leg.state !== "refused";
  return (
    <span className="leg-state">
      {phase === null ? waits && <WaitingMark /> : <StatusMark phase={phase} />} {t(`leg.${leg.state}`)}
      {waits && (
        <span className={`num ${isOverdue(leg, nowS) ? "warn" : "note"}`}>
          {" "}
          <Age since={waitingSince} /> / {ageText(PENDING_LIMIT_S[leg.priority] ?? 3600)}
        </span>
      )}
    </span>
  );
}

function LegBlock({ leg, ours, incident }: { leg: Leg; ours: boolean; incident: Incident }) {
  const { t } = useTranslation();
  const words = useWords();
  const rows = useCentre((s) => s.live.rows);
  const units = activeAssignments(rows, leg);
  const queued = leg.assignment_ids.flatMap((id) => rows.assignment.get(id) ?? []).filter((a) => a.state === "queued");
  const open = leg.state !== "closed" && leg.state !== "refused";
  return (
    <li className="leg">
      <div className="leg-line">
        <span className="strong num">{words.line(leg.agency_id)}</span>
        <span className="note cut">{words.agency(leg.agency_id)}</span>
        <LegState leg={leg} />
        <span className="grow" />
        <span className="note num" title={t("leg.requested_at")}>
          {clockText(leg.requested_at)}
        </span>
        {leg.outcome !== null && <span className="badge">{words.label(words.codes?.outcomes[leg.outcome], leg.outcome)}</span>}
        {ours && leg.state === "requested" && (
          <button type="button" className="button" onClick={() => void seeLeg(leg.id)}>
            {t("leg.see")}
          </button>
        )}
        {ours && open && units.length === 0 && leg.state !== "requested" && <CloseLeg leg={leg} />}
      </div>
      <AutomaticEnd leg={leg} />
      <ul>
        {[...units, ...queued].map((assignment) => (
          <UnitLine key={assignment.id} assignment={assignment} incident={incident} />
        ))}
      </ul>
    </li>
  );
}

/** Those who send units, and call them off. */
const DESK: ReadonlySet<string> = new Set(["dispatcher", "supervisor", "administrator"]);

/** Both only ask: what happens to whom is shown, and confirmed, before anything is sent. */
function CallOffButtons({ incident, legs }: { incident: Incident; legs: readonly Leg[] }) {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const role = useCentre((s) => s.me?.role ?? "");
  if (incident.state !== "open" || !DESK.has(role)) return null;
  const ask = (kind: CallingOff["kind"]) => askCallOff({ kind, incidentId: incident.id, agencyId: null, reason: "" });
  return (
    <>
      {legs.some((leg) => activeAssignments(rows, leg).length > 0) && (
        <button type="button" className="button plain" aria-haspopup="dialog" onClick={() => ask("recall")}>
          {t("leg.recall")}
        </button>
      )}
      <button type="button" className="button plain" aria-haspopup="dialog" onClick={() => ask("cancel")}>
        {t("incident.cancel")}
      </button>
    </>
  );
}

export function Legs({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const agencies = useCentre((s) => s.me?.agencies ?? []);
  const legs = legsOf(rows, incident);
  return (
    <section aria-label={t("leg.title")}>
      <PanelHead title={t("leg.title")} note={t("leg.count", { count: legs.length })}>
        <CallOffButtons incident={incident} legs={legs} />
      </PanelHead>
      <ul>
        {legs.map((leg) => (
          <LegBlock key={leg.id} incident={incident} leg={leg} ours={agencies.length === 0 || agencies.includes(leg.agency_id)} />
        ))}
      </ul>
    </section>
  );
}
