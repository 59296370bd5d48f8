/** Another place for an incident: the units on their way get it as an update to acknowledge. */
import { useState } from "react";

import { changePlace, placeOf } from "../../commands/actions";
import { useTranslation } from "../../i18n/useTranslation";
import type { Incident } from "../../protocol";
import { closePane, useUi } from "../../state/ui";
import { Key } from "../../ui/marks";
import { PlaceFinder } from "../report/placeFinder";

export function MovePlace({ incident, text }: { incident: Incident; text: string }) {
  const { t } = useTranslation();
  const [heard, setHeard] = useState(text);
  return (
    <div className="fields">
      <PlaceFinder
        label={t("incident.new_place")}
        text={heard}
        onText={setHeard}
        given={[]}
        asked
        near={incident.place.lon_lat}
        chosen=""
        onChoose={(candidate) =>
          void changePlace(incident.id, placeOf(heard, candidate), incident.version).then(
            (outcome) => outcome.ok && useUi.getState().moving?.incidentId === incident.id && closePane(),
          )
        }
        autoFocus
      />
      <div className="actions">
        <button type="button" className="button plain" onClick={closePane}>
          <Key>Esc</Key> {t("form.leave")}
        </button>
      </div>
    </div>
  );
}
