/** The other ways of a unit that goes, or would: in words here, as lines on the map. */
import { useEffect, useState } from "react";

import { useTranslation } from "../../i18n/useTranslation";
import { api } from "../../live/http";
import { useCentre } from "../../live/store";
import { isUnderWay, whereIs } from "../../map/ways";
import type { LonLat, Unit } from "../../protocol";
import { letteredWays, useOtherWays } from "../../state/otherWays";
import { ageText, distanceText } from "../../ui/time";

/** The unit moves and streets close: what is shown is of this minute. */
const AGAIN_MS = 20_000;
const OTHERS = 2;

/** Asks as long as it stands; false once nobody answered. What came last stays until there is something newer. */
function useAsking(unit: Unit, to: LonLat): boolean {
  const [answered, setAnswered] = useState(true);
  const roads = useCentre((s) => s.live.rows.road_condition);
  useEffect(() => {
    let current = true;
    const ask = () => {
      const from = whereIs(useCentre.getState().live.rows, unit);
      if (from === undefined) return;
      const question = { from, to, vehicleClass: unit.vehicle_class, hot: true, alternatives: OTHERS };
      void api.way(question).then(
        (answer) => {
          if (!current) return;
          useOtherWays.setState({ answer });
          setAnswered(true);
        },
        () => current && setAnswered(false),
      );
    };
    ask();
    const again = window.setInterval(ask, AGAIN_MS);
    return () => {
      current = false;
      window.clearInterval(again);
    };
  }, [unit, to, roads]);
  // Whoever leaves the line leaves no lines on the map.
  useEffect(() => () => useOtherWays.setState({ unitId: null, answer: null }), []);
  return answered;
}

/** Below the line of the unit whose ways are shown, and nothing below the others. */
export function OtherWaysList({ unit, to }: { unit: Unit; to: LonLat | null }) {
  const shown = useOtherWays((s) => s.unitId === unit.id);
  return shown && to !== null ? <Lines unit={unit} to={to} /> : null;
}

function Lines({ unit, to }: { unit: Unit; to: LonLat }) {
  const { t } = useTranslation();
  const answered = useAsking(unit, to);
  const answer = useOtherWays((s) => s.answer);
  if (answer === null || !answered) return <p className="note other-ways" role="status">{t(answered ? "ways.asking" : "ways.unanswered")}</p>;
  const ways = letteredWays(answer);
  return (
    <ol className="note other-ways" aria-label={t("ways.title", { unit: unit.call_sign })}>
      {ways.map(({ letter, way, laterS }) => (
        <li key={letter}>
          <strong>{letter}</strong> <span className="num">{ageText(way.travel_s)}</span> · <span className="num">{distanceText(way.distance_m)}</span>
          {way.over !== "" && ` · ${t("ways.over", { street: way.over })}`} · {letter === "A" ? t("ways.fastest") : `+${ageText(laterS)}`}
        </li>
      ))}
      {ways.length === 1 && <li>{t(answer.degraded ? "ways.degraded" : "ways.none")}</li>}
    </ol>
  );
}

/** For who is on its way, or stands somewhere that is known and could go. */
export function OtherWaysButton({ unit, to }: { unit: Unit; to: LonLat | null }) {
  const { t } = useTranslation();
  const shown = useOtherWays((s) => s.unitId === unit.id);
  if (to === null || (unit.assignment_id !== null && !isUnderWay(unit))) return null;
  return (
    <button
      type="button"
      className="button plain"
      aria-pressed={shown}
      aria-label={t("ways.title", { unit: unit.call_sign })}
      onClick={() => useOtherWays.setState({ unitId: shown ? null : unit.id, answer: null })}
    >
      {t("ways.button")}
    </button>
  );
}
