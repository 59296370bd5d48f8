/** The city at the instant shown; log, units and scrubber stand without it. */
import { lazy } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { mustDraw } from "../map/canDraw";
import { MapBody } from "../map/parts";
import { Followed } from "./followed";

const MapView = lazy(() => {
  mustDraw();
  return import("./mapView");
});

export function MapPanel() {
  const { t } = useTranslation();
  return (
    <section className="panel replay-map" aria-label={t("replay.map")}>
      <MapBody beside={<Followed />}>
        <MapView />
      </MapBody>
    </section>
  );
}
