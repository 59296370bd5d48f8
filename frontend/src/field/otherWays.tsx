/** Other ways than the one that is driven: each with its minutes, its metres and its own street; one touch takes it. */
import { useEffect, useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { api } from "../live/http";
import type { TakenWay, Way, WayQuestion } from "../protocol";
import { distanceText } from "../ui/time";
import { minutesText } from "./minutes";
import { Sheet } from "./sheet";
import { waysOf, type OtherWay } from "./wayChoice";

const OTHERS = 2;

type Answer = Way | "asking" | "unanswered";

interface Props {
  question: WayQuestion;
  /** The one taken so far; null: the fastest. */
  taken: TakenWay | null;
  onTake: (answer: Way, way: Way) => void;
}

function useAnswer(question: WayQuestion): Answer {
  const [answer, setAnswer] = useState<Answer>("asking");
  // As it was when the sheet was opened: what is being read does not change under the finger.
  const [asked] = useState(question);
  useEffect(() => {
    let current = true;
    const take = (told: Answer) => current && setAnswer(told);
    api.way({ ...asked, taken: null, guidance: true, alternatives: OTHERS }).then(take, () => take("unanswered"));
    return () => {
      current = false;
    };
  }, [asked]);
  return answer;
}

function Choice({ other: { way, laterMin, best }, driven, onTake }: { other: OtherWay; driven: boolean; onTake: () => void }) {
  const { t } = useTranslation();
  const minutes = minutesText(way) ?? String(Math.max(1, Math.round(way.travel_s / 60)));
  const later = best ? t("field.other.fastest") : laterMin === 0 ? t("field.other.as_soon") : t("field.other.later", { minutes: laterMin });
  const nameless = best ? "field.other.fastest_way" : "field.other.button";
  return (
    <button type="button" className={driven ? "f-button f-hospital f-best" : "f-button f-hospital"} aria-pressed={driven} onClick={onTake}>
      <span>{way.over === "" ? t(nameless) : t("field.other.over", { street: way.over })}</span>
      <span>
        {t("field.minutes", { minutes })} · {distanceText(way.distance_m)} · {later}
        {driven && ` · ${t("field.other.driven")}`}
      </span>
    </button>
  );
}

function Choices({ question, taken, onTake }: Props) {
  const { t } = useTranslation();
  const answer = useAnswer(question);
  if (answer === "asking" || answer === "unanswered") return <p className="f-line note" role="status">{t(`field.other.${answer}`)}</p>;
  const ways = waysOf(answer);
  return (
    <>
      {ways.length === 1 && <p className="f-line note" role="status">{t("field.other.none")}</p>}
      <div className="f-hospitals">
        {ways.map((other) => (
          <Choice
            key={other.way.via?.join() ?? ""}
            other={other}
            driven={(other.way.via?.join() ?? "") === (taken?.via.join() ?? "")}
            onTake={() => onTake(answer, other.way)}
          />
        ))}
      </div>
    </>
  );
}

export function OtherWays({ question, taken, onTake }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <button type="button" className="f-button" onClick={() => setOpen(true)}>
        {t("field.other.button")}
      </button>
      {open && (
        <Sheet title={t("field.other.title")} onClose={close}>
          <Choices
            question={question}
            taken={taken}
            onTake={(answer, way) => {
              onTake(answer, way);
              close();
            }}
          />
        </Sheet>
      )}
    </>
  );
}
