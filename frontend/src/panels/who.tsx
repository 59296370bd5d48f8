/** Who could be there, in minutes: asked with `WHO place`, nothing is made of it. */
import { useEffect, useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { ApiProblem, api } from "../live/http";
import { useCentre } from "../live/store";
import type { ErrorBody, WhoCould } from "../protocol";
import { closePane, lookAt, useUi } from "../state/ui";
import { Key, PanelHead, StatusMark } from "../ui/marks";
import { ageText } from "../ui/time";
import { useWords } from "../ui/words";

type Answer = { words: string; who: WhoCould; error: null } | { words: string; who: null; error: ErrorBody };

function useWho(words: string): Answer | null {
  const [answer, setAnswer] = useState<Answer | null>(null);
  useEffect(() => {
    let current = true;
    api.who(words).then(
      (who) => current && setAnswer({ words, who, error: null }),
      (problem: unknown) => current && problem instanceof ApiProblem && setAnswer({ words, who: null, error: problem.error }),
    );
    return () => {
      current = false;
    };
  }, [words]);
  return answer?.words === words ? answer : null;
}

function Arrivals({ who }: { who: WhoCould }) {
  const { t } = useTranslation();
  const words = useWords();
  const units = useCentre((s) => s.live.rows.unit);
  return (
    <table className="needs who">
      <thead>
        <tr>
          <th scope="col">{t("unit.title")}</th>
          <th scope="col">ETA</th>
          <th scope="col">{t("who.for")}</th>
          <th scope="col">{t("who.status")}</th>
        </tr>
      </thead>
      <tbody>
        {who.arrivals.map((arrival) => {
          const unit = units.get(arrival.unit_id);
          return (
            <tr key={arrival.unit_id}>
              <td>
                {unit && <StatusMark phase={unit.phase} inQuarters={unit.in_quarters} />}{" "}
                <strong className="num">{unit?.call_sign ?? arrival.unit_id}</strong>
              </td>
              <td className="num strong">{ageText(arrival.eta_s)}</td>
              <td>
                <span className="num note">{words.line(arrival.agency_id)}</span> {words.capability(arrival.capability)}
              </td>
              <td className="note">{unit && words.status(unit)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Where({ who }: { who: WhoCould }) {
  const { t } = useTranslation();
  const { place } = who;
  if (place === null) return <p className="empty warn">{t("who.no_place")}</p>;
  return (
    <div className="fields">
      <p className="address">
        <strong>{place.label}</strong> {!place.label.includes(place.ward) && <span className="note">{place.ward}</span>}
      </p>
      <div className="actions">
        {who.others > 0 && <span className="badge warn">{t("who.others", { count: who.others })}</span>}
        {who.degraded && <span className="badge warn">{t("recommendation.degraded")}</span>}
        <span className="note">{t("who.nothing_made")}</span>
        <button type="button" className="button plain" onClick={() => lookAt(place.lon_lat)}>
          {t("map.show")}
        </button>
      </div>
    </div>
  );
}

export default function WhoPanel() {
  const { t } = useTranslation();
  const words = useWords();
  const asked = useUi((s) => s.who);
  const answer = useWho(asked);
  return (
    <>
      <PanelHead title={t("who.title")} note={`“${asked}”`}>
        <button type="button" className="button plain" onClick={closePane}>
          <Key>Esc</Key> {t("form.leave")}
        </button>
      </PanelHead>
      <div className="scroll" tabIndex={0} role="group" aria-label={t("who.title")}>
        {answer === null && <p className="empty">{t("who.asking")}</p>}
        {answer?.error && <p className="empty refusal">{words.error(answer.error)}</p>}
        {answer?.who && <Where who={answer.who} />}
        {answer?.who && answer.who.arrivals.length > 0 && <Arrivals who={answer.who} />}
      </div>
    </>
  );
}
