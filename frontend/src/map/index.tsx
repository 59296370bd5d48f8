/** The live map's panel; lists and command line go on without it. */
import { lazy } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import { useUi } from "../state/ui";
import { PopOut } from "../panels/popOut";
import { PanelHead } from "../ui/marks";
import { MapBody } from "./parts";

const MapView = lazy(() => import("./mapView"));

/** How many streets are not as usual, and the way to their list; a window of its own has no list. */
function RoadsButton() {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows.road_condition);
  const alone = useUi((s) => s.window !== null);
  const open = useUi((s) => s.pane === "roads");
  if (alone) return null;
  const count = [...rows.values()].filter((road) => road.state === "in_force").length;
  return (
    <button
      type="button"
      className="button plain"
      aria-pressed={open}
      title={t("map.roads_in_force", { count })}
      onClick={() => useUi.setState({ pane: open ? "selection" : "roads" })}
    >
      {t("map.roads")} <span className="num">{count}</span>
    </button>
  );
}

export function MapPanel() {
  const { t } = useTranslation();
  const city = useCentre((s) => s.city);
  const loaded = useCentre((s) => s.live.logId !== null);
  return (
    <section className="panel map" aria-label={t("map.title")}>
      <PanelHead title={t("map.title")} note={city?.name}>
        {city?.generated && <span className="badge warn">{t("city.generated")}</span>}
        <RoadsButton />
        <PopOut pane="map" />
      </PanelHead>
      <MapBody>{loaded && <MapView />}</MapBody>
    </section>
  );
}
