/** Where it got better and worse: the wards by their own outlines, and listed where most changed. */
import { useMemo, useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import type { Outlines } from "../supervisor/data";
import { draw, WIDTH, type Drawn } from "../supervisor/sheet";
import { PanelHead } from "../ui/marks";
import { useWords } from "../ui/words";
import { useFetched } from "../asked/run";
import type { Run, WardChange } from "./data";
import { changeOf, differenceText, ENOUGH, listMost, SHADES, shadeOf, STEPS_MIN, valueText } from "./figures";

const LISTED = 8;

/** Ground of wards in which nothing happened; those that got worse are hatched too, so that hue is never alone. */
function Patterns() {
  return (
    <defs>
      {(["worse-1", "worse-2"] as const).map((shade) => (
        <pattern key={shade} id={`change-${shade}`} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="7" height="7" className={`fill-${shade}`} />
          <path d="M0 0V7" className="hatch" strokeWidth={shade === "worse-2" ? 3 : 1.6} />
        </pattern>
      ))}
    </defs>
  );
}

function looksOf(ward: WardChange): string {
  if (ward.incidents === 0) return "change-none";
  return `change-${shadeOf(changeOf(ward))} ${ward.incidents < ENOUGH ? "few" : ""}`;
}

function Sheet({ drawn, marked }: { drawn: Drawn<WardChange>; marked: string | null }) {
  const { t, lang } = useTranslation();
  return (
    <svg className="sheet" viewBox={`0 0 ${WIDTH} ${drawn.height}`} role="img" aria-label={t("compare.map_label")}>
      <Patterns />
      {drawn.paths.map(({ ward, d }) => (
        <path key={ward.code} d={d} className={`ward ${looksOf(ward)}`}>
          <title>{ward.incidents === 0 ? ward.name : `${ward.name}: ${differenceText(changeOf(ward), "min", lang)} ${t("compare.minutes")}, ${t("compare.of_day", { count: ward.incidents })}`}</title>
        </path>
      ))}
      {drawn.paths.map(({ ward, d }) => ward.code === marked && <path key={ward.code} d={d} className="ward-mark" />)}
    </svg>
  );
}

function Most({ title, wards, none, onMark }: { title: string; wards: WardChange[]; none: string; onMark: (code: string | null) => void }) {
  const { t, lang } = useTranslation();
  return (
    <div className="compare-most">
      <h3>{title}</h3>
      {wards.length === 0 && <p className="note">{none}</p>}
      <ol>
        {wards.map((ward) => (
          <li key={ward.code}>
            <button type="button" className="far-ward" onMouseEnter={() => onMark(ward.code)} onMouseLeave={() => onMark(null)} onFocus={() => onMark(ward.code)} onBlur={() => onMark(null)}>
              <span className="cut grow">{ward.name}</span>
              <span className="num note">{valueText(ward.policy_min, "min", lang)} / {valueText(ward.other_min, "min", lang)}</span>
              <span className="num strong">{differenceText(changeOf(ward), "min", lang)}</span>
              <span className="sr-only">{t("compare.of_day", { count: ward.incidents })}</span>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Legend() {
  const { t, lang } = useTranslation();
  const [few, many] = STEPS_MIN;
  return (
    <ul className="compare-legend">
      {SHADES.map((shade) => (
        <li key={shade}>
          <span className={`swatch swatch-${shade}`} /> {t(`compare.shade.${shade}`, { few: few.toLocaleString(lang), many })}
        </li>
      ))}
      <li><span className="swatch swatch-none" /> {t("compare.shade.none")}</li>
    </ul>
  );
}

/** Every ward of the city, with what is known of it. */
function fill(outlines: Outlines, wards: readonly WardChange[]): WardChange[] {
  const known = new Map(wards.map((ward) => [ward.code, ward]));
  return Object.keys(outlines).map((code) => known.get(code) ?? { code, name: "", incidents: 0, policy_min: 0, other_min: 0 });
}

export function ChangeMap({ wards, run }: { wards: WardChange[]; run: Run }) {
  const { t } = useTranslation();
  const words = useWords();
  const attribution = useCentre((s) => s.city?.attribution);
  const outlines = useFetched<Outlines>("/api/wards");
  const [marked, mark] = useState<string | null>(null);
  const drawn = useMemo(() => {
    const struck = new Set(wards.map((ward) => ward.code));
    return draw(outlines.data ?? {}, fill(outlines.data ?? {}, wards), (code) => struck.has(code));
  }, [outlines.data, wards]);
  const few = wards.filter((ward) => ward.incidents < ENOUGH).length;
  return (
    <section className="panel compare-map" aria-label={t("compare.map")}>
      <PanelHead title={t("compare.map")} note={t("compare.map_note", { policy: run.question.policy, other: run.question.other })} />
      <div className="compare-where">
        <div className="sheet-box">
          {outlines.error !== null && <p className="warn" role="status">{words.error(outlines.error)}</p>}
          {drawn.height > 0 && <Sheet drawn={drawn} marked={marked} />}
          {attribution !== undefined && <span className="attribution">{attribution}</span>}
        </div>
        <div className="compare-side">
          <Legend />
          <Most title={t("compare.most_better")} wards={listMost(wards, -1, LISTED)} none={t("compare.none_better")} onMark={mark} />
          <Most title={t("compare.most_worse")} wards={listMost(wards, 1, LISTED)} none={t("compare.none_worse")} onMark={mark} />
          {few > 0 && <p className="compare-said note">{t("compare.few", { count: few, enough: ENOUGH })}</p>}
        </div>
      </div>
    </section>
  );
}
