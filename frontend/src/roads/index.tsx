/** What holds on the streets: a list to lift from with one key, and a form to put more, drawn or found by words. */
import "../i18n/areas/roads";
import { useTranslation } from "../i18n/useTranslation";
import "./roads.css";

import { useCentre } from "../live/store";
import { drawRoad, dropDraft, useRoadDraft } from "../state/roadDraft";
import { closePane } from "../state/ui";
import { Key, PanelHead } from "../ui/marks";
import { RoadForm } from "./form";
import { RoadList } from "./list";
import { livingRoads } from "./living";

function leave(): void {
  dropDraft();
  closePane();
}

export default function RoadsPanel() {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows.road_condition);
  const draft = useRoadDraft((s) => s.draft);
  const roads = livingRoads(rows.values());
  return (
    <>
      <PanelHead title={t("roads.title")} note={String(roads.length)}>
        {draft === null && (
          <button type="button" className="button" onClick={() => drawRoad("closed")}>
            {t("roads.new")}
          </button>
        )}
        <button type="button" className="button plain" onClick={leave}>
          <Key>Esc</Key> {t("form.leave")}
        </button>
      </PanelHead>
      <div className="scroll" tabIndex={0} role="group" aria-label={t("roads.title")}>
        {draft !== null && <RoadForm key={draft.words} words={draft.words} />}
        {roads.length === 0 ? <p className="empty">{t("roads.none")}</p> : <RoadList roads={roads} />}
      </div>
    </>
  );
}
