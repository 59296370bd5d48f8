/** The way without a map: its shape, north up, and every turn in words. For a device that draws no map, or has none at hand. */
import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import type { LonLat, Way } from "../protocol";
import { flatOf } from "./offWay";

/** Air around the drawing, as a share of its longer side. */
const AIR = 0.12;
/** The least that is drawn, metres: a way of a few steps would fill the box with one stroke. */
const LEAST_M = 60;

interface Props {
  line: readonly LonLat[];
  to: LonLat;
  steps: Way["steps"];
}

interface Sheet {
  box: string;
  way: string;
  from: string;
  target: string;
}

/** Metres right of and below the target, in a box that holds all of it. Pure. */
export function drawWay(line: readonly LonLat[], to: LonLat): Sheet {
  const points = flatOf(line, to).map(([east, north]) => [east, -north] as const);
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, right] = [Math.min(0, ...xs), Math.max(0, ...xs)];
  const [top, bottom] = [Math.min(0, ...ys), Math.max(0, ...ys)];
  const size = Math.max(right - left, bottom - top, LEAST_M);
  const air = size * AIR;
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const [wide, high] = [Math.max(right - left, LEAST_M) + 2 * air, Math.max(bottom - top, LEAST_M) + 2 * air];
  const told = ([px, py]: readonly [number, number]) => `${px.toFixed(1)} ${py.toFixed(1)}`;
  return {
    box: [x - wide / 2, y - high / 2, wide, high].map((n) => n.toFixed(1)).join(" "),
    way: points.length > 1 ? `M${points.map(told).join("L")}` : "",
    from: `M${told(points[0] ?? [0, 0])}h0`,
    target: "M0 0h0",
  };
}

export function WaySketch({ line, to, steps }: Props) {
  const { t, said } = useTranslation();
  const attribution = useCentre((s) => s.city?.attribution);
  if (line.length < 2) return <p className="f-line note">{t("field.no_map")}</p>;
  const drawn = drawWay(line, to);
  return (
    <div className="f-sketch">
      <svg viewBox={drawn.box} role="img" aria-label={t("field.sketch")}>
        <path className="f-sketch-case" d={drawn.way} />
        <path className="f-sketch-way" d={drawn.way} />
        <path className="f-sketch-from" d={drawn.from} />
        <path className="f-sketch-to" d={drawn.target} />
      </svg>
      <div className="f-sketch-words">
        {steps.length > 0 && (
          <ol aria-label={t("field.way_in_words")}>
            {steps.map((step, i) => (
              <li key={i}>{said(step)}</li>
            ))}
          </ol>
        )}
        {attribution !== undefined && <p className="note">{attribution}</p>}
      </div>
    </div>
  );
}
