/** The incident in hand. */

import { useTranslation } from "../../i18n/useTranslation";
import { useCentre } from "../../live/store";
import { useUi } from "../../state/ui";
import { Facts } from "./facts";
import { IncidentHead } from "./head";
import { Legs } from "./legs";
import { NoteBox } from "./noteBox";
import { AcceptBar, RecommendationView } from "./recommendation";
import { MovePlace } from "./movePlace";
import { NearIncidents } from "./near";
import { PossibleReports, Reports } from "./reports";
import { Timeline } from "./timeline";
import { IncidentPhotos } from "../photos";

export function IncidentPanel({ id }: { id: string }) {
  const { t } = useTranslation();
  const incident = useCentre((s) => s.live.rows.incident.get(id));
  const moving = useUi((s) => s.moving);
  if (incident === undefined) return <p className="empty">{t("incident.gone")}</p>;
  return (
    <>
      <IncidentHead incident={incident} />
      <div className="scroll" tabIndex={0} role="group" aria-label={`${t("incident.title")} ${incident.number}`}>
        {moving?.incidentId === incident.id && <MovePlace incident={incident} text={moving.text} />}
        <Facts incident={incident} />
        <PossibleReports incident={incident} />
        <Legs incident={incident} />
        <RecommendationView incident={incident} />
        <Reports incident={incident} />
        <IncidentPhotos id={incident.id} />
        <NearIncidents incident={incident} />
        <Timeline incident={incident} />
      </div>
      <AcceptBar incident={incident} />
      <NoteBox incident={incident} />
    </>
  );
}
