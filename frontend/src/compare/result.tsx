/** What was found: every figure side by side, with how sure its difference is. */
import { useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { PanelHead } from "../ui/marks";
import { useWords } from "../ui/words";
import { ChangeMap } from "./change";
import type { AgencyComparison, Comparison, Figure, Options, Run } from "./data";
import { differenceText, isTold, MEASURES, valueText, verdictOf, type Measure } from "./figures";
import { Incidents } from "./incidents";

/** Which way A differs where it differs for sure. */
const signOf = (verdict: string, difference: number) => (verdict === "open" ? "≈" : difference < 0 ? "▼" : "▲");

function Row({ measure, figure, name, note }: { measure: Measure; figure: Figure; name: string; note?: string }) {
  const { t, lang } = useTranslation();
  const { unit, better } = measure;
  const verdict = verdictOf(figure, better);
  const half = figure.plus_minus;
  const points = unit === "share" ? ` ${t("compare.points")}` : "";
  return (
    <tr>
      <th scope="row">
        {name}
        {note !== undefined && <span className="note"> {note}</span>}
      </th>
      <td className="figure num strong">{valueText(figure.policy, unit, lang)}</td>
      <td className="figure num">{valueText(figure.other, unit, lang)}</td>
      <td className="figure num">{differenceText(figure.difference, unit, lang)}{points}</td>
      <td className="num note">{half === null ? "–" : `± ${valueText(half, unit, lang).replace(" %", "")}${points}`}</td>
      <td className={`verdict verdict-${verdict}`}>{verdict !== "none" && <><span aria-hidden="true">{signOf(verdict, figure.difference)}</span> {t(`compare.verdict.${verdict}`)}</>}</td>
    </tr>
  );
}

function Figures({ found, run, aim, days }: { found: AgencyComparison; run: Run; aim: string | undefined; days: number }) {
  const { t, lang } = useTranslation();
  const minutes = found.target_min === null ? "" : valueText(found.target_min, "count", lang);
  return (
    <table className="rows-table compare-table">
      <caption className="sr-only">{t("compare.table")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("compare.measure")}</th>
          <th scope="col" className="figure">A <span className="mono">{run.question.policy}</span></th>
          <th scope="col" className="figure">B <span className="mono">{run.question.other}</span></th>
          <th scope="col" className="figure">A − B</th>
          <th scope="col">{t("compare.interval")}</th>
          <th scope="col">{t("compare.a_is")}</th>
        </tr>
      </thead>
      <tbody>
        {MEASURES.map((measure) => {
          const figure = found.figures[measure.name];
          if (figure === undefined || !isTold(measure.name, figure)) return null;
          const target = measure.name === "late_target";
          return (
            <Row
              key={measure.name}
              measure={measure}
              figure={figure}
              name={t(`compare.figure.${measure.name}`, { minutes })}
              {...(target && aim !== undefined ? { note: aim } : {})}
            />
          );
        })}
        <tr>
          <th scope="row">{t("compare.each_incident")}</th>
          <td colSpan={5}>
            {t("compare.sooner", { count: found.sooner })} · {t("compare.later", { count: found.later })} · {t("compare.as_soon", { count: found.same })}
            {days > 1 && <span className="note"> {t("compare.all_days")}</span>}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

/** What no figure says by itself. */
function Honest({ run, found }: { run: Run; found: Comparison }) {
  const { t } = useTranslation();
  const { kind } = run.question.day;
  return (
    <ul className="compare-honest">
      {found.days === 1 && <li className="warn">{t("compare.honest.one_day")}</li>}
      {kind === "generated" && <li>{t("compare.honest.generated")}</li>}
      {kind === "recorded" && <li>{t("compare.honest.recorded")}</li>}
      {found.left_out > 0 && <li className="warn">{t("compare.honest.left_out", { count: found.left_out })}</li>}
      <li>{kind === "recorded" ? t("compare.honest.roads_then") : t("compare.honest.roads")}</li>
      <li>{kind === "recorded" ? t("compare.honest.plan_then") : t("compare.honest.plan")}</li>
      <li>{t("compare.honest.response")}</li>
    </ul>
  );
}

export function Result({ run, found, options }: { run: Run; found: Comparison; options: Options | null }) {
  const { t } = useTranslation();
  const words = useWords();
  const agencies = Object.keys(found.agencies);
  const [chosen, choose] = useState<string | null>(null);
  const agencyId = chosen !== null && agencies.includes(chosen) ? chosen : (agencies[0] ?? "");
  const own = found.agencies[agencyId];
  if (own === undefined) return <p className="empty">{t("compare.not_yours")}</p>;
  const aim = options?.aims[agencyId];
  return (
    <div className="compare-found">
      <section className="panel" aria-label={t("compare.figures")}>
        <PanelHead title={t("compare.figures")} note={t("compare.of", { count: found.incidents, days: found.days })}>
          <span role="group" aria-label={t("compare.agencies")} className="segments">
            {agencies.map((id) => (
              <button key={id} type="button" className="segment num" aria-pressed={id === agencyId} title={words.agency(id)} onClick={() => choose(id)}>
                {words.line(id)}
              </button>
            ))}
          </span>
        </PanelHead>
        <Figures found={own} run={run} aim={aim && `(${aim.source}, ${aim.edition})`} days={found.days} />
        <Honest run={run} found={found} />
        <Incidents changed={own.incidents} run={run} plays={found.told != null} />
      </section>
      <ChangeMap key={agencyId} wards={own.wards} run={run} />
    </div>
  );
}
