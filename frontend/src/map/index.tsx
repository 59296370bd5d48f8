/** The live map's panel; lists and command line go on without it. */
import { lazy } from "react";
import { useTranslation } from "react-i18next";

import { useCentre } from "../live/store";
import { PopOut } from "../panels/popOut";
import { PanelHead } from "../ui/marks";
import { MapBody } from "./parts";

const MapView = lazy(() => import("./mapView"));

export function MapPanel() {
  const { t } = useTranslation();
  const city = useCentre((s) => s.city);
  const loaded = useCentre((s) => s.live.logId !== null);
  return (
    <section className="panel map" aria-label={t("map.title")}>
      <PanelHead title={t("map.title")} note={city?.name}>
        {city?.generated && <span className="badge warn">{t("city.generated")}</span>}
        <PopOut pane="map" />
      </PanelHead>
      <MapBody>{loaded && <MapView />}</MapBody>
    </section>
  );
}
