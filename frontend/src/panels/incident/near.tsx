/** Other open incidents that may be this one: shown, merged only by a person. */
import { useMemo } from "react";

import { mergeIncidents } from "../../commands/actions";
import { useCentre } from "../../live/store";
import type { Duplicate, Incident } from "../../protocol";
import { nearIncidents } from "../../state/duplicates";
import { select } from "../../state/ui";
import { Duplicates } from "../report/duplicates";

export function NearIncidents({ incident }: { incident: Incident }) {
  const rows = useCentre((s) => s.live.rows);
  const codes = useCentre((s) => s.codes);
  const near = useMemo((): Duplicate[] => {
    const at = incident.place.lon_lat;
    if (at === null || incident.state !== "open") return [];
    return nearIncidents(rows, codes, at, incident.place.radius_m ?? 0, incident.type_code)
      .filter((other) => other.incident_id !== incident.id);
  }, [rows, codes, incident]);
  const merge = (into: string) =>
    void mergeIncidents(incident.id, into).then((outcome) => outcome.ok && select({ kind: "incident", id: into }));
  return <Duplicates duplicates={near} onAttach={merge} keyed={false} />;
}
