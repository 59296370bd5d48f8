/** Free units now, ward by ward, for one agency: drawn by the wards' own outlines, and listed where none is near. */
import { useMemo, useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import { PanelHead } from "../ui/marks";
import { distanceText } from "../ui/time";
import { useWords } from "../ui/words";
import { usePolled, type Cover, type Outlines, type WardCover } from "./data";
import { listFar, nearestOf } from "./figures";
import { draw, WIDTH, type Drawn } from "./sheet";
import { Trouble } from "./trouble";

/** So many units that could be there in time by road give a ward its shade; one fewer the next. */
const ENOUGH = 3;
/** While there are no roads: straight-line metres to the nearest free unit at which a ward takes the next shade. */
const STEPS_M = [2000, 4000] as const;
const MINUTE_S = 60;
const LISTED = 8;
const LISTED_WAITS = 3;

function shadeOf(ward: WardCover, agencyId: string): string {
  const cover = ward.agencies[agencyId];
  if (cover === undefined || cover.nearest_m === null) return "cover-none";
  if (cover.within !== null) return ["cover-none", "cover-far", "cover-near"][cover.within] ?? "cover-in";
  if (cover.free > 0) return "cover-in";
  if (cover.nearest_m <= STEPS_M[0]) return "cover-near";
  return cover.nearest_m <= STEPS_M[1] ? "cover-far" : "cover-none";
}

function Sheet({ drawn, agencyId, marked }: { drawn: Drawn<WardCover>; agencyId: string; marked: string | null }) {
  const { t } = useTranslation();
  return (
    <svg className="sheet" viewBox={`0 0 ${WIDTH} ${drawn.height}`} role="img" aria-label={t("supervisor.cover.sheet")}>
      <defs>
        <pattern id="cover-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="6" height="6" fill="var(--al-b-bg)" />
          <path d="M0 0V6" stroke="var(--al-b)" strokeWidth="1.6" />
        </pattern>
      </defs>
      {drawn.paths.map(({ ward, d }) => (
        <path key={ward.code} d={d} className={`ward ${shadeOf(ward, agencyId)} ${marked === ward.code ? "marked" : ""}`}>
          <title>{ward.name}</title>
        </path>
      ))}
      {drawn.paths.map(({ ward, at, size }) => {
        const [x, y] = at([ward.lon, ward.lat]);
        const cover = ward.agencies[agencyId];
        const count = cover?.within ?? cover?.free ?? 0;
        if (size < 26 || count === 0) return null;
        return (
          <text key={ward.code} x={x} y={y + 4} className="ward-count">
            {count}
          </text>
        );
      })}
    </svg>
  );
}

const callsText = (calls: number, language: string) => calls.toLocaleString(language, { maximumFractionDigits: calls < 1 ? 2 : 1 });

/** The calls to come, how many of them are covered, and how far such forecasts were off. */
function Expected({ cover, agencyId }: { cover: Cover; agencyId: string }) {
  const { t, lang } = useTranslation();
  const expected = cover.expected?.[agencyId];
  const withinS = cover.within_s[agencyId];
  if (expected === undefined) return null;
  const { error, in_time: share } = expected;
  const figure = (value: number) => value.toLocaleString(lang, { maximumSignificantDigits: 2 });
  return (
    <p className="cover-counts">
      {t("supervisor.cover.expected", { hours: expected.hours, calls: callsText(expected.calls, lang) })}
      {share !== null && withinS !== undefined && (
        <b> · {t("supervisor.cover.expected_in_time", { share: share.toLocaleString(lang, { style: "percent" }), minutes: withinS / MINUTE_S })}</b>
      )}
      <span className="note">
        {" "}({t("supervisor.cover.learned", { calls: expected.learned_from })};{" "}
        {error === null ? t("supervisor.cover.mae_unknown") : t("supervisor.cover.mae", { mae: figure(error.mae), prior: figure(error.prior_mae) })})
      </span>
    </p>
  );
}

function Farthest({ cover, agencyId, onMark }: { cover: Cover; agencyId: string; onMark: (code: string | null) => void }) {
  const { t, lang } = useTranslation();
  const withinS = cover.within_s[agencyId];
  const byRoad = withinS !== undefined;
  const foreseen = byRoad && cover.expected?.[agencyId] !== undefined;
  const far = listFar(cover, agencyId);
  const text = (nearest: number) => {
    if (byRoad) return nearest < 0 ? t("supervisor.cover.no_way") : t("supervisor.cover.minutes", { count: Math.ceil(nearest / MINUTE_S) });
    return nearest === Infinity ? "–" : distanceText(nearest);
  };
  return (
    <div className="farthest">
      <h3>
        {byRoad
          ? t(foreseen ? "supervisor.cover.expected_late" : "supervisor.cover.late", { count: far.length, all: cover.wards.length, minutes: withinS / MINUTE_S })
          : t("supervisor.cover.farthest", { count: far.length, all: cover.wards.length })}
      </h3>
      <ol>
        {far.slice(0, LISTED).map((ward) => {
          const nearest = nearestOf(ward, agencyId, byRoad);
          return (
            <li key={ward.code}>
              <button type="button" className="far-ward" onMouseEnter={() => onMark(ward.code)} onMouseLeave={() => onMark(null)} onFocus={() => onMark(ward.code)} onBlur={() => onMark(null)}>
                <span className="cut grow">{ward.name}</span>
                {foreseen && <span className="num note">{t("supervisor.cover.calls_ahead", { calls: callsText(ward.agencies[agencyId]?.expected ?? 0, lang) })}</span>}
                <span className={`num ${byRoad || nearest > STEPS_M[1] ? "warn" : ""}`}>{text(nearest)}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function Counts({ cover, agencyId }: { cover: Cover; agencyId: string }) {
  const { t } = useTranslation();
  return (
    <p className="cover-counts">
      {t("supervisor.cover.free", { free: cover.free[agencyId] ?? 0, all: cover.units[agencyId] ?? 0 })}
      {(cover.unplaced[agencyId] ?? 0) > 0 && <span className="warn"> · {t("supervisor.cover.unplaced", { count: cover.unplaced[agencyId] ?? 0 })}</span>}
      {(cover.outside[agencyId] ?? 0) > 0 && <span> · {t("supervisor.cover.outside", { count: cover.outside[agencyId] ?? 0 })}</span>}
    </p>
  );
}

function Legend({ withinS }: { withinS: number | undefined }) {
  const { t } = useTranslation();
  const [first, second, third, last] =
    withinS === undefined
      ? [t("supervisor.cover.in"), "≤ 2 km", "≤ 4 km", t("supervisor.cover.beyond")]
      : [`≥ ${ENOUGH}`, "2", "1", t("supervisor.cover.nobody")];
  return (
    <ul className="cover-legend">
      {withinS !== undefined && <li className="whole">{t("supervisor.cover.within", { minutes: withinS / MINUTE_S })}</li>}
      <li><span className="swatch cover-in" /> {first}</li>
      <li><span className="swatch cover-near" /> {second}</li>
      <li><span className="swatch cover-far" /> {third}</li>
      <li><span className="swatch cover-none" /> {last}</li>
    </ul>
  );
}

/** Where free units are proposed, or were ordered, to wait. */
function Waits({ cover, agencyId }: { cover: Cover; agencyId: string }) {
  const { t } = useTranslation();
  const units = useCentre((s) => s.live.rows.unit);
  const stations = useCentre((s) => s.live.rows.station);
  const waits = cover.waits.filter((wait) => wait.agency_id === agencyId);
  if (waits.length === 0) return null;
  return (
    <div className="cover-waits">
      <h3>{t("supervisor.cover.waits")}</h3>
      <ul>
        {waits.slice(0, LISTED_WAITS).map((wait) => (
          <li key={wait.unit_id} className="wait-line">
            <span className="num strong">{units.get(wait.unit_id)?.call_sign ?? wait.unit_id}</span> → {stations.get(wait.station_id)?.name ?? wait.station_id}{" "}
            <span className="note">{t(wait.ordered ? "supervisor.cover.ordered" : wait.freed ? "supervisor.cover.freed" : "supervisor.cover.move_up")}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function CoveragePanel() {
  const { t } = useTranslation();
  const words = useWords();
  const agencies = useCentre((s) => s.me?.agencies) ?? [];
  const attribution = useCentre((s) => s.city?.attribution);
  const [chosen, choose] = useState<string | null>(null);
  const [marked, mark] = useState<string | null>(null);
  const cover = usePolled<Cover>("/api/supervision/coverage", 10);
  const outlines = usePolled<Outlines>("/api/wards", 3600);
  const agencyId = chosen ?? (agencies.includes("115") ? "115" : (agencies[0] ?? ""));
  const straight = cover.data !== null && cover.data.within_s[agencyId] === undefined;
  const note = t(straight ? "supervisor.cover.note" : "supervisor.cover.by_road");
  const drawn = useMemo(() => draw(outlines.data ?? {}, cover.data?.wards ?? []), [outlines.data, cover.data]);
  return (
    <section className="panel coverage" aria-label={t("supervisor.cover.title")}>
      <PanelHead title={t("supervisor.cover.title")} note={note}>
        <span role="group" aria-label={t("supervisor.queue.agency")} className="segments">
          {agencies.map((id) => (
            <button key={id} type="button" className="segment num" aria-pressed={id === agencyId} title={words.agency(id)} onClick={() => choose(id)}>
              {words.line(id)}
            </button>
          ))}
        </span>
      </PanelHead>
      <Trouble polled={cover} />
      {cover.data !== null && (
        <div className="cover-body">
          <div className="sheet-box">
            {drawn.height > 0 && <Sheet drawn={drawn} agencyId={agencyId} marked={marked} />}
            {attribution !== undefined && <span className="attribution">{attribution}</span>}
          </div>
          <div className="cover-side">
            <Counts cover={cover.data} agencyId={agencyId} />
            <Expected cover={cover.data} agencyId={agencyId} />
            <Legend withinS={cover.data.within_s[agencyId]} />
            <Waits cover={cover.data} agencyId={agencyId} />
            <Farthest cover={cover.data} agencyId={agencyId} onMark={mark} />
          </div>
        </div>
      )}
    </section>
  );
}
