/** What a plan leaves behind by road: asked once for each version of it, from the planner, of the roads of now. */
import { useEffect, useState } from "react";

import { api } from "../live/http";
import type { Recommendation, RoadCover } from "../protocol";

/** By `unit:capability`; empty until it is known, and where it is not. */
export type CoverByRoad = ReadonlyMap<string, RoadCover>;

const UNKNOWN: CoverByRoad = new Map();

export function useRoadCover(plan: Recommendation | undefined): CoverByRoad {
  const [known, setKnown] = useState<{ asked: string; cover: CoverByRoad }>({ asked: "", cover: UNKNOWN });
  const units = plan === undefined || plan.degraded ? [] : plan.proposed.map((p) => `${p.unit_id}:${p.capability}`);
  const asked = units.length === 0 ? "" : `${plan?.incident_id ?? ""} ${plan?.version ?? 0} ${units.join()}`;
  useEffect(() => {
    if (asked === "") return;
    let current = true;
    api.cover(asked.split(" ", 3)[2]?.split(",") ?? []).then(
      (around) => current && setKnown({ asked, cover: new Map(around.map((one) => [`${one.unit_id}:${one.capability}`, one])) }),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [asked]);
  return known.asked === asked ? known.cover : UNKNOWN;
}
