/** Of a recorded day, the incidents that changed most: who would have gone, and how it really was. */
import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import { PriorityMark } from "../ui/marks";
import { useWords } from "../ui/words";
import { playOf, policyOf, type IncidentChange, type Run, type Side } from "./data";
import { differenceText, valueText } from "./figures";

/** Minutes until the last unit, which opens the incident as this side would have had it, and who went. */
function Units({ ids, minutes, run, side, number, plays }: { ids: string[]; minutes: number; run: Run; side: Side; number: string; plays: boolean }) {
  const { t, lang } = useTranslation();
  const units = useCentre((s) => s.live.rows.unit);
  const title = t("compare.play_one", { policy: policyOf(run, side) });
  const told = valueText(minutes, "min", lang);
  return (
    <td>
      {plays
        ? <a className="num strong" href={playOf(run, side, { incident: number })} title={title} aria-label={`${told}, ${title}`}>{told}</a>
        : <span className="num strong">{told}</span>}{" "}
      <span className="num note">{ids.map((id) => units.get(id)?.call_sign ?? id).join(", ")}</span>
    </td>
  );
}

export function Incidents({ changed, run, plays }: { changed: IncidentChange[]; run: Run; plays: boolean }) {
  const { t, lang } = useTranslation();
  const words = useWords();
  if (changed.length === 0) return null;
  return (
    <table className="rows-table compare-table">
      <caption>{t("compare.changed")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("compare.as_it_was")}</th>
          <th scope="col">{t("compare.type")}</th>
          <th scope="col">A <span className="mono">{run.question.policy}</span></th>
          <th scope="col">B <span className="mono">{run.question.other}</span></th>
          <th scope="col" className="figure">A − B</th>
        </tr>
      </thead>
      <tbody>
        {changed.map((one) => (
          <tr key={one.number}>
            <th scope="row"><a className="num" href={`/replay?incident=${encodeURIComponent(one.number)}`}>{one.number}</a></th>
            <td className="compare-type"><PriorityMark priority={one.priority} /> {words.type(one.type_code)}</td>
            <Units ids={one.policy_units} minutes={one.policy_min} run={run} side="a" number={one.number} plays={plays} />
            <Units ids={one.other_units} minutes={one.other_min} run={run} side="b" number={one.number} plays={plays} />
            <td className="figure num">{differenceText(one.policy_min - one.other_min, "min", lang)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
