/** Where the followed unit was: the fix in figures, and how old it was then. */

import { useTranslation } from "../i18n/useTranslation";
import { ageText } from "../ui/time";
import { useReplay } from "./store";
import { positionAt } from "./tracks";
import { usePlayhead } from "./use";

export function Followed() {
  const { t } = useTranslation();
  const atMs = usePlayhead(250);
  const tracks = useReplay((s) => s.tracks);
  const unit = useReplay((s) => (s.unitId === null ? undefined : s.live.rows.unit.get(s.unitId)));
  if (unit === undefined) return null;
  const position = positionAt(tracks, unit.id, atMs);
  return (
    <p className="replay-followed" role="note" aria-label={t("replay.position_of", { unit: unit.call_sign })}>
      <strong className="num">{unit.call_sign}</strong>{" "}
      {position === undefined ? (
        t("unit.no_position")
      ) : (
        <span className="num">
          {position.lonLat[1].toFixed(5)}, {position.lonLat[0].toFixed(5)} · {ageText((atMs - position.at) / 1000)}
        </span>
      )}
    </p>
  );
}
