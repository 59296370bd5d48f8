/** Of a recorded day, the incidents that changed most: who would have gone, and how it really was. */
import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import { PriorityMark } from "../ui/marks";
import { useWords } from "../ui/words";
import type { IncidentChange, Run } from "./data";
import { differenceText, valueText } from "./figures";

function Units({ ids, minutes }: { ids: string[]; minutes: number }) {
  const { i18n } = useTranslation();
  const units = useCentre((s) => s.live.rows.unit);
  return (
    <td>
      <span className="num strong">{valueText(minutes, "min", i18n.language)}</span> <span className="num note">{ids.map((id) => units.get(id)?.call_sign ?? id).join(", ")}</span>
    </td>
  );
}

export function Incidents({ changed, run }: { changed: IncidentChange[]; run: Run }) {
  const { t, i18n } = useTranslation();
  const words = useWords();
  if (changed.length === 0) return null;
  return (
    <table className="compare-table">
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
            <Units ids={one.policy_units} minutes={one.policy_min} />
            <Units ids={one.other_units} minutes={one.other_min} />
            <td className="figure num">{differenceText(one.policy_min - one.other_min, "min", i18n.language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
