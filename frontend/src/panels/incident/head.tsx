/** What and where: type, number, priority, place with how sure it is. */

import { endHold, readBackPlace } from "../../commands/actions";
import { useTranslation } from "../../i18n/useTranslation";
import { useCentre } from "../../live/store";
import type { Incident, PlaceState } from "../../protocol";
import { placesOf } from "../../map/ways";
import { LOOKS_BACK } from "../../replay/roles";
import { lookAt, movePlace } from "../../state/ui";
import { Age, Key, PriorityMark } from "../../ui/marks";
import { useNames } from "../../ui/names";
import { clockText, distanceText } from "../../ui/time";
import { heardApart, useWords } from "../../ui/words";
import { WhoseLine } from "../whose";

const CHAIN: readonly PlaceState[] = ["heard", "matched", "read_back", "confirmed_by_crew"];

export function PlaceChain({ state }: { state: PlaceState }) {
  const { t } = useTranslation();
  const reached = CHAIN.indexOf(state);
  return (
    <ol className="chain" aria-label={t("place.how_sure")}>
      {CHAIN.map((step, i) => (
        <li
          key={step}
          className={i === reached ? "reached" : i > reached ? "future" : ""}
          aria-current={i === reached ? "step" : undefined}
        >
          {t(`place.state.${step}`)}
        </li>
      ))}
    </ol>
  );
}

function PlaceLine({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const words = useWords();
  const { place } = incident;
  const legs = useCentre((s) => s.live.rows.leg);
  const codes = useCentre((s) => s.codes);
  const agencies = incident.leg_ids.flatMap((id) => legs.get(id)?.agency_id ?? []);
  return (
    <div className="incident-place">
      <p className="address">
        <strong>{words.place(place)}</strong>{" "}
        {!words.place(place).includes(place.ward) && <span className="note">{place.ward}</span>}{" "}
        {place.radius_m !== null && <span className="note num">±{distanceText(place.radius_m)}</span>}
        {place.mouth_m ? <span className="note"> {t("place.mouth", { at: distanceText(place.mouth_m) })}</span> : null}
        {heardApart(place) && (
          <span className="note heard">
            {" · "}
            {t("place.heard")}: “{place.heard}”
          </span>
        )}
      </p>
      <WhoseLine at={place.lon_lat} lines={agencies.map((id) => codes?.agencies[id]?.line ?? id)} />
      <div className="actions tight">
        <PlaceChain state={place.state} />
        {place.lon_lat !== null && (place.state === "heard" || place.state === "matched") && (
          <button type="button" className="button" onClick={() => void readBackPlace(incident.id)}>
            <Key>F4</Key> {t("place.read_back")}
          </button>
        )}
        <span className="grow" />
        {incident.state === "open" && (
          <button type="button" className="button plain" onClick={() => movePlace(incident.id)}>
            {t("incident.move")}
          </button>
        )}
        {place.lon_lat !== null && (
          <button type="button" className="button plain" onClick={() => lookAt(...placesOf(useCentre.getState().live.rows, incident.id, true))}>
            {t("map.show")}
          </button>
        )}
      </div>
    </div>
  );
}

/** Waiting by decision: said where nobody can miss it. */
function HoldLine({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  if (incident.hold === null) return null;
  return (
    <p className="hold-line">
      <strong>{t("incident.held", { time: clockText(incident.hold.until).slice(0, 5) })}</strong> {incident.hold.reason}{" "}
      <span className="note">{nameOf(incident.hold.by)}</span>
      <button type="button" className="button" onClick={() => void endHold(incident.id)}>
        {t("incident.end_hold")}
      </button>
    </p>
  );
}

/** The same incident from its first minute, in a window of its own: the present stays where it is. */
function ReplayLink({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const role = useCentre((s) => s.me?.role ?? "");
  if (!LOOKS_BACK.has(role)) return null;
  return (
    <a className="button plain" href={`/replay?incident=${incident.number}`} target="_blank" rel="noopener">
      {t("incident.replay")}
    </a>
  );
}

export function IncidentHead({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <div className="incident-head">
      <div className="title-line">
        <PriorityMark priority={incident.priority} />
        <h2 className="type">{words.type(incident.type_code)}</h2>
        <span className="num note">{incident.number}</span>
        {incident.state !== "open" && <span className="badge">{t(`incident.${incident.state}`)}</span>}
        {incident.restricted && <span className="badge warn">{t("incident.restricted")}</span>}
        {incident.test && <span className="badge warn">TEST</span>}
        {incident.level > 1 && <span className="badge">{t("incident.level", { level: incident.level })}</span>}
        <span className="grow" />
        <ReplayLink incident={incident} />
        <Age since={incident.opened_at} className="big" />
      </div>
      <PlaceLine incident={incident} />
      <HoldLine incident={incident} />
    </div>
  );
}
