/** The stretch from afar: how much happened when, which incidents were open, and the playhead to drag. */
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, type PointerEvent, type RefObject } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { clockText } from "../ui/time";
import { guessWidth, packLanes, spreadMarks } from "./chart";
import { pause, play, seek } from "./player";
import { useReplay } from "./store";
import { ticksOf } from "./stretch";
import { preciseMs, type Mark, type Overview } from "./wire";

const MARKS_PX = 18;
const COLUMNS_PX = 36;
const LANE_PX = 14;
const LANES = 3;
const AXIS_PX = 18;
const TOP_PX = MARKS_PX + COLUMNS_PX;
const BASE_PX = TOP_PX + LANES * LANE_PX;
const HEIGHT_PX = BASE_PX + AXIS_PX;
const PRESENT_GAP_PX = 8;

const pen = document.createElement("canvas").getContext("2d");

/** How wide a name is in the font of the marks; a guess where nothing can be measured. */
function nameWidth(text: string): number {
  if (pen === null) return guessWidth(text);
  pen.font = '400 11px "Be Vietnam Pro", sans-serif';
  return pen.measureText(text).width;
}

function useWidth(box: RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const watch = new ResizeObserver(() => setWidth(element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, [box]);
  return width;
}

/** Grows when letters have come from the centre: names measured before are measured anew, so that none lies over another. */
function useLetters(): number {
  const [come, setCome] = useState(0);
  useEffect(() => {
    const again = () => setCome((n) => n + 1);
    document.fonts.addEventListener("loadingdone", again);
    return () => document.fonts.removeEventListener("loadingdone", again);
  }, []);
  return come;
}

interface ChartProps {
  overview: Overview;
  fromMs: number;
  toMs: number;
  presentMs: number;
  width: number;
}

function Columns({ overview, fromMs, toMs, width }: ChartProps) {
  const most = Math.max(1, ...overview.city);
  const perMs = width / (toMs - fromMs);
  const wide = overview.bucket_s * 1000 * perMs;
  const x = (i: number) => (Date.parse(overview.start) + i * overview.bucket_s * 1000 - fromMs) * perMs;
  const column = (count: number, i: number, name: string) => {
    const height = count === 0 ? 0 : Math.max(2, (count / most) * COLUMNS_PX);
    return <rect key={i} className={name} x={x(i)} y={TOP_PX - height} width={Math.max(1, wide - 1)} height={height} />;
  };
  return (
    <g>
      {overview.city.map((count, i) => count > 0 && column(count, i, "column"))}
      {overview.incident.map((count, i) => count > 0 && column(count, i, "column own"))}
    </g>
  );
}

function Lanes({ overview, fromMs, toMs, presentMs, width }: ChartProps) {
  const perMs = width / (toMs - fromMs);
  const lanes = packLanes(overview, fromMs, toMs, presentMs, LANES, 40 / perMs);
  return (
    <g>
      {lanes.map(({ lane, row, fromMs: begun, toMs: ended, own }) => (
        <g key={lane.id} transform={`translate(${(begun - fromMs) * perMs} ${TOP_PX + row * LANE_PX})`}>
          <rect className={own ? "lane own" : "lane"} y={1.5} width={Math.max(2, (ended - begun) * perMs)} height={LANE_PX - 3} />
          <text className={own ? "lane-name own" : "lane-name"} x={4} y={LANE_PX - 3.5}>
            {lane.number.slice(-4)}
          </text>
        </g>
      ))}
    </g>
  );
}

function useMarkText(): (mark: Mark) => string {
  const { t } = useTranslation();
  const units = useReplay((s) => s.live.rows.unit);
  return (mark) => {
    const unit = mark.unit_id === null ? "" : (units.get(mark.unit_id)?.call_sign ?? "");
    return t(`replay.mark.${mark.what}`, { unit, level: mark.level ?? "" });
  };
}

function Marks({ overview, fromMs, toMs, presentMs, width }: ChartProps) {
  const { t } = useTranslation();
  const textOf = useMarkText();
  const perMs = width / (toMs - fromMs);
  const shown = overview.marks.filter((mark) => preciseMs(mark.at) >= fromMs && preciseMs(mark.at) <= toMs);
  const named = shown.map((mark) => ({ x: (preciseMs(mark.at) - fromMs) * perMs, text: textOf(mark) }));
  const present = (presentMs - fromMs) * perMs;
  const taken = present < width ? [[present - PRESENT_GAP_PX - nameWidth(t("replay.present")), present] as const] : [];
  const placed = spreadMarks(named, width, taken, nameWidth);
  return (
    <g>
      {placed.map(({ x, label }, i) => (
        <g key={shown[i]?.seq ?? i} transform={`translate(${x} 0)`}>
          <title>{named[i]?.text}</title>
          {/* The line of a mark without a name stays below the names, so that it crosses none. */}
          <line className="mark-line" y1={label === "" ? MARKS_PX : 4} y2={BASE_PX} />
          {label !== "" && (
            <text className="mark-name" x={4} y={12}>
              {label}
            </text>
          )}
        </g>
      ))}
    </g>
  );
}

function Axis({ fromMs, toMs, presentMs, width }: ChartProps) {
  const { t } = useTranslation();
  const perMs = width / (toMs - fromMs);
  const present = (presentMs - fromMs) * perMs;
  return (
    <g>
      <line className="axis" x1={0} x2={width} y1={TOP_PX} y2={TOP_PX} />
      <line className="axis" x1={0} x2={width} y1={BASE_PX} y2={BASE_PX} />
      {ticksOf([fromMs, toMs]).map((ms) => {
        const x = (ms - fromMs) * perMs;
        const anchor = x < 20 ? "start" : x > width - 20 ? "end" : "middle";
        return (
          <g key={ms} transform={`translate(${x} ${BASE_PX})`}>
            <line className="axis" y2={4} />
            <text className="tick" y={15} textAnchor={anchor}>
              {clockText(ms).slice(0, 5)}
            </text>
          </g>
        );
      })}
      {present >= 0 && present < width && (
        <g transform={`translate(${present} 0)`}>
          <rect className="future" width={width - present} height={BASE_PX} fill="url(#replay-hatch)" />
          <line className="present" y1={2} y2={BASE_PX} />
          <text className="mark-name present-name" x={-4} y={12} textAnchor="end">
            {t("replay.present")}
          </text>
        </g>
      )}
    </g>
  );
}

const Chart = memo(function Chart(props: ChartProps) {
  return (
    <svg className="replay-chart" width={props.width} height={HEIGHT_PX} aria-hidden="true">
      <defs>
        <pattern id="replay-hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line className="hatch" y2="8" />
        </pattern>
      </defs>
      <Columns {...props} />
      <Lanes {...props} />
      <Marks {...props} />
      <Axis {...props} />
    </svg>
  );
});

/** Dragging shows every instant it passes; what played goes on from where it is let go. */
function useDrag(width: number) {
  const was = useRef<{ playing: boolean; direction: 1 | -1 } | null>(null);
  const go = (event: PointerEvent<HTMLDivElement>) => {
    const { fromMs, toMs } = useReplay.getState();
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    seek(fromMs + (Math.min(width, Math.max(0, x)) / width) * (toMs - fromMs));
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      const { playing, direction } = useReplay.getState();
      was.current = { playing, direction };
      event.currentTarget.setPointerCapture(event.pointerId);
      pause();
      go(event);
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
      if (was.current !== null) go(event);
    },
    onPointerUp: () => {
      if (was.current?.playing === true) play(was.current.direction);
      was.current = null;
    },
  };
}

export function Scrubber() {
  const { t } = useTranslation();
  const track = useRef<HTMLDivElement>(null);
  const line = useRef<HTMLDivElement>(null);
  const width = useWidth(track);
  const letters = useLetters();
  const overview = useReplay((s) => s.overview);
  const fromMs = useReplay((s) => s.fromMs);
  const toMs = useReplay((s) => s.toMs);
  const presentMs = useReplay((s) => Math.floor(s.presentMs / 1000) * 1000);
  // Moves the line and what assistive technology reads without drawing the chart anew.
  useEffect(() => {
    const place = () => {
      const { atMs, fromMs: from, toMs: to } = useReplay.getState();
      const x = ((atMs - from) / (to - from)) * width;
      line.current?.style.setProperty("transform", `translateX(${Number.isFinite(x) ? x : 0}px)`);
      const second = String(Math.floor(atMs / 1000));
      if (track.current === null || track.current.getAttribute("aria-valuenow") === second) return;
      track.current.setAttribute("aria-valuenow", second);
      track.current.setAttribute("aria-valuetext", clockText(atMs));
    };
    place();
    return useReplay.subscribe(place);
  }, [width]);
  const drag = useDrag(width);
  const chart = useMemo(
    () => (overview === null || width === 0 || toMs <= fromMs ? null : { overview, fromMs, toMs, presentMs, width }),
    [overview, fromMs, toMs, presentMs, width],
  );
  return (
    <div
      ref={track}
      className="replay-track"
      role="slider"
      tabIndex={0}
      aria-label={t("replay.scrubber")}
      aria-valuemin={Math.floor(fromMs / 1000)}
      aria-valuemax={Math.floor(toMs / 1000)}
      aria-valuenow={Math.floor(useReplay.getState().atMs / 1000)}
      style={{ height: HEIGHT_PX }}
      {...drag}
    >
      {chart !== null && <Chart key={letters} {...chart} />}
      <div ref={line} className="replay-playhead" aria-hidden="true" />
    </div>
  );
}
