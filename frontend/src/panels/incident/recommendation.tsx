/** Who should go, why, and what is missing; accepted by one key with the version that was seen. */
import type { ReactNode } from "react";

import { acceptRecommendation } from "../../commands/actions";
import { useTranslation } from "../../i18n/useTranslation";
import { positions } from "../../live/positions";
import type { Rows } from "../../live/reducer";
import { useCentre } from "../../live/store";
import type { Incident, LonLat, ProposedUnit, Reason } from "../../protocol";
import { AROUND_M, costOf } from "../../state/coverage";
import { useRoadCover, type CoverByRoad } from "../../state/roadCover";
import { acceptable, needLines, type NeedLine } from "../../state/recommendation";
import { offerLine } from "../../state/ui";
import { Age, Key, PanelHead, StatusMark } from "../../ui/marks";
import { ageText, distanceText } from "../../ui/time";
import { useWords } from "../../ui/words";
import { AutomaticBar } from "./automatic";
import { Beside } from "./beside";
import { OtherWaysButton, OtherWaysList } from "./otherWays";
import { Refused } from "./refused";

/** Unit ids in a reason's values are shown as call signs, seconds as minutes. */
function useReasonText(): (reason: Reason) => string {
  const { t } = useTranslation();
  const units = useCentre((s) => s.live.rows.unit);
  const words = useWords();
  return (reason) => {
    const values = Object.entries(reason.params).map(([name, value]) => {
      if (name.endsWith("_s") && typeof value === "number") return [name, ageText(value)];
      if (name.endsWith("_m") && typeof value === "number") return [name, distanceText(value)];
      if (name === "capability") return [name, words.capability(String(value))];
      return [name, units.get(String(value))?.call_sign ?? String(value)];
    });
    const filled = Object.fromEntries(values) as Record<string, string>;
    return t(`reason.${reason.code}`, { otherwise: reason.code, ...filled });
  };
}

/** Where a unit is: its last position, else its station. */
function placeOfUnit(rows: Rows, unitId: string): LonLat | undefined {
  const unit = rows.unit.get(unitId);
  if (unit === undefined) return undefined;
  const station = rows.station.get(unit.station_id)?.lon_lat;
  return unit.in_quarters ? station : (positions.find(unitId)?.lonLat ?? station);
}

interface Leaving {
  units: ReadonlySet<string>;
  byRoad: CoverByRoad;
}

/** What sending it leaves behind: by the roads where the planner knows them, else by what stands on this screen. */
function CoverageNote({ proposed, going: { units: going, byRoad } }: { proposed: ProposedUnit; going: Leaving }) {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const words = useWords();
  const road = byRoad.get(`${proposed.unit_id}:${proposed.capability}`);
  if (road !== undefined) {
    const minutes = Math.round(road.within_s / 60);
    return (
      <span className={`coverage ${road.after === 0 ? "warn" : "note"}`} title={t("recommendation.coverage_road_title", { minutes })}>
        {t("recommendation.coverage_road", { capability: words.capability(road.capability), minutes, before: road.before, after: road.after })}
      </span>
    );
  }
  const cost = costOf(rows, proposed.unit_id, proposed.capability, going, (id) => placeOfUnit(rows, id));
  if (cost === null) return null;
  return (
    <span
      className={`coverage ${cost.after === 0 ? "warn" : "note"}`}
      title={t("recommendation.coverage_title", { distance: distanceText(AROUND_M) })}
    >
      {t("recommendation.coverage", {
        capability: words.capability(cost.capability),
        distance: distanceText(AROUND_M),
        before: cost.before,
        after: cost.after,
      })}
    </span>
  );
}

/** When nine of ten such units are there, where that is later than the ETA. */
function Late({ of }: { of: Pick<ProposedUnit, "eta_s" | "eta_p90_s"> }) {
  const { t } = useTranslation();
  if (of.eta_p90_s === null || of.eta_p90_s <= of.eta_s) return null;
  return (
    <span className="note late" title={t("recommendation.late")}>
      –{ageText(of.eta_p90_s)}
    </span>
  );
}

function ProposedLine({ proposed, going, head, to }: { proposed: ProposedUnit; going: Leaving; head: ReactNode; to: LonLat | null }) {
  const { t } = useTranslation();
  const unit = useCentre((s) => s.live.rows.unit.get(proposed.unit_id));
  const units = useCentre((s) => s.live.rows.unit);
  const reasonText = useReasonText();
  const gone = unit !== undefined && unit.assignment_id !== null;
  const next = proposed.alternatives[0];
  const nextSign = next && units.get(next.unit_id)?.call_sign;
  // The head of the panel says it once for all.
  const reasons = proposed.reasons.filter((reason) => reason.code !== "road_unknown_straight_line");
  return (
    <tr className={gone ? "gone" : "proposed"}>
      <th scope="row">{head}</th>
      <td>
        <StatusMark phase={unit?.phase ?? proposed.phase} inQuarters={unit?.in_quarters ?? false} />{" "}
        <span className="num strong">{unit?.call_sign ?? proposed.unit_id}</span>
      </td>
      <td className="num strong">
        {ageText(proposed.eta_s)}
        <Late of={proposed} />
      </td>
      <td className="num note">{unit?.in_quarters ? t("unit.in_quarters") : `${Math.round(proposed.position_age_s)} s`}</td>
      <td>
        {gone && <strong className="warn">{t("recommendation.gone")} </strong>}
        {[...reasons.map(reasonText), next && nextSign !== undefined ? t("recommendation.next", { unit: nextSign, eta: ageText(next.eta_s) }) : ""]
          .filter(Boolean)
          .join(" · ")}{" "}
        <CoverageNote proposed={proposed} going={going} /> {unit !== undefined && !gone && <OtherWaysButton unit={unit} to={to} />}
        {unit !== undefined && !gone && <OtherWaysList unit={unit} to={to} />}
      </td>
    </tr>
  );
}

function NeedHead({ line }: { line: NeedLine }) {
  const words = useWords();
  return (
    <>
      {words.capability(line.need.capability)}{" "}
      <span className="num">
        {line.assigned.length + line.proposed.length}/{line.need.count}
      </span>
    </>
  );
}

/** Units that are there for it already, with what the reader wants of them: how far they are. */
function AssignedLine({ unitId, head }: { unitId: string; head: ReactNode }) {
  const words = useWords();
  const unit = useCentre((s) => s.live.rows.unit.get(unitId));
  const eta = useCentre((s) => (unit?.assignment_id ? s.live.rows.assignment.get(unit.assignment_id)?.eta_s : null));
  if (unit === undefined) return null;
  return (
    <tr>
      <th scope="row">{head}</th>
      <td>
        <StatusMark phase={unit.phase} inQuarters={unit.in_quarters} /> <span className="num">{unit.call_sign}</span>
      </td>
      <td className="num note">{eta != null && ageText(eta)}</td>
      <td />
      <td className="note">{words.status(unit)}</td>
    </tr>
  );
}

function NeedRows({ line, going, to }: { line: NeedLine; going: Leaving; to: LonLat | null }) {
  const { t } = useTranslation();
  const reasonText = useReasonText();
  const head = <NeedHead line={line} />;
  const first = line.assigned[0] ?? line.proposed[0]?.unit_id;
  return (
    <tbody>
      {line.assigned.map((unitId) => (
        <AssignedLine key={unitId} unitId={unitId} head={<span className={unitId === first ? "" : "sr-only"}>{head}</span>} />
      ))}
      {line.proposed.map((proposed) => (
        <ProposedLine key={proposed.unit_id} proposed={proposed} going={going} to={to} head={<span className={proposed.unit_id === first ? "" : "sr-only"}>{head}</span>} />
      ))}
      {line.missing && (
        <tr>
          <th scope="row">
            <span className={first === undefined ? "" : "sr-only"}>{head}</span>
          </th>
          <td className="warn strong-warn">{t("recommendation.missing", { count: line.missing.missing })}</td>
          <td className="note">–</td>
          <td className="note">–</td>
          <td>
            {line.missing.below_minimum && <strong className="warn">{t("recommendation.below_minimum")} </strong>}
            {reasonText(line.missing.reason)}
          </td>
        </tr>
      )}
    </tbody>
  );
}

/** Busy units that would be sooner, told and never sent: the line is offered, a person presses Enter. */
function Suggested({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  return rows.recommendation.get(incident.id)?.suggested?.map((one) => {
    const unit = rows.unit.get(one.unit_id);
    // What it is on is null to those who may not see that incident.
    const from = rows.incident.get(rows.assignment.get(unit?.assignment_id ?? "")?.incident_id ?? "");
    const line = `${one.kind === "reassign" ? "RP" : "Q"} ${incident.number.slice(-4)} ${unit?.call_sign ?? ""}`;
    return (
      <p key={one.unit_id} className="pad">
        {t(`recommendation.${one.kind}${one.runs === 0 ? "_stated" : ""}`, { ...one, unit: unit?.call_sign, from: from ? `${from.number.slice(-4)} (P${from.priority})` : "–", eta: ageText(one.eta_s) })}
        {one.saves_s !== null && t("recommendation.sooner", { time: ageText(one.saves_s) })}
        {one.later_s !== undefined && one.later_s >= 1 && t("recommendation.later_there", { time: ageText(one.later_s) })}{" "}
        <button type="button" className="button" onClick={() => offerLine(line)}>
          {line}
        </button>
      </p>
    );
  });
}

export function RecommendationView({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const words = useWords();
  const rows = useCentre((s) => s.live.rows);
  const plan = rows.recommendation.get(incident.id);
  const lines = needLines(rows, incident, plan);
  const going: Leaving = { units: new Set(plan?.proposed.map((p) => p.unit_id)), byRoad: useRoadCover(plan) };
  return (
    <section aria-label={t("recommendation.title")}>
      <PanelHead
        title={t("recommendation.title")}
        note={
          plan ? (
            <>
              <span className="num">v{plan.version}</span> {words.type(incident.type_code).toLocaleLowerCase()}, {t("incident.level", { level: incident.level })} ·{" "}
              {t("recommendation.made")} <Age since={plan.made_at} />
            </>
          ) : (
            t("recommendation.none")
          )
        }
      >
        {plan?.degraded && <span className="badge warn">{t("recommendation.degraded")}</span>}
        {plan?.hasty && <span className="badge">{t("recommendation.hasty")}</span>}
        {plan && plan.missing.length > 0 && (
          <span className="badge warn">
            {t("recommendation.missing", { count: plan.missing.reduce((sum, item) => sum + item.missing, 0) })}
          </span>
        )}
      </PanelHead>
      <table className="needs">
        <thead>
          <tr>
            <th scope="col">{t("recommendation.need")}</th>
            <th scope="col">{t("unit.title")}</th>
            <th scope="col">ETA</th>
            <th scope="col">{t("unit.position")}</th>
            <th scope="col">{t("recommendation.why")}</th>
          </tr>
        </thead>
        {lines.map((line) => (
          <NeedRows key={line.need.need_id} line={line} going={going} to={incident.place.lon_lat} />
        ))}
      </table>
      <Suggested incident={incident} />
      {plan && plan.proposed.length > 0 && <Beside plan={plan} />}
    </section>
  );
}

/** The usual answer, always in sight: what one key would send, with the version that was seen. */
export function AcceptBar({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const plan = rows.recommendation.get(incident.id);
  const units = acceptable(rows, plan).map((proposed) => rows.unit.get(proposed.unit_id)?.call_sign ?? "");
  if (incident.state !== "open") return null;
  const number = incident.number.slice(-4);
  return (
    <div className="bar">
      <AutomaticBar incident={incident} />
      <Refused incident={incident} />
      <div className="actions pad">
        {plan !== undefined && units.length > 0 && (
          <button type="button" className="button primary accept" onClick={() => void acceptRecommendation(incident.id)}>
            <Key>F8</Key> {t("recommendation.accept", { version: plan.version })} <span className="num">{units.join(", ")}</span>
          </button>
        )}
        <button type="button" className="button" onClick={() => offerLine(`D ${number} `)}>
          <Key>D</Key> {t("recommendation.by_hand")}
        </button>
        <button type="button" className="button" onClick={() => offerLine(`L${incident.level + 1} ${number}`)}>
          <Key>L{incident.level + 1}</Key> {t("incident.level", { level: incident.level + 1 })}
        </button>
        {incident.priority > 1 && incident.hold === null && (
          <button type="button" className="button" onClick={() => offerLine(`HO ${number} 10 `)}>
            <Key>HO</Key> {t("incident.hold")}
          </button>
        )}
      </div>
    </div>
  );
}
