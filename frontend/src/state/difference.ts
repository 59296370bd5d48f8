/** Why an acceptance was refused: what was seen, laid beside what stands now. */
import type { Recommendation } from "../protocol";
import type { Rows } from "../live/reducer";

export interface PlanDifference {
  seen: number;
  now: number;
  /** Units that were seen and are not proposed any more; `gone` = because they are no longer free. */
  left: { unitId: string; gone: boolean }[];
  joined: { unitId: string; etaS: number }[];
}

export function differenceOf(rows: Rows, seen: Recommendation, now: Recommendation | undefined): PlanDifference {
  const before = new Set(seen.proposed.map((p) => p.unit_id));
  const after = now?.proposed ?? [];
  const kept = new Set(after.map((p) => p.unit_id));
  const isGone = (unitId: string) => rows.unit.get(unitId)?.assignment_id !== null;
  const missing = [...before].filter((id) => !kept.has(id) || isGone(id));
  return {
    seen: seen.version,
    now: now?.version ?? seen.version,
    left: missing.map((unitId) => ({ unitId, gone: isGone(unitId) })),
    joined: after.filter((p) => !before.has(p.unit_id)).map((p) => ({ unitId: p.unit_id, etaS: p.eta_s })),
  };
}
