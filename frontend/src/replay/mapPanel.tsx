/** The city at the instant shown; log, units and scrubber stand without it. */
import { lazy } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { MapBody } from "../map/parts";
import { Followed } from "./followed";

const MapView = lazy(() => import("./mapView"));

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
