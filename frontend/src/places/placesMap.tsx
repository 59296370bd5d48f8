/** The panel of the map: loaded apart, and not needed for anything that the page does. */
import { lazy } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { mustDraw } from "../map/canDraw";
import { MapBody } from "../map/parts";
import type { MapProps } from "./mapView";

const MapView = lazy(() => {
  mustDraw();
  return import("./mapView");
});

export function PlacesMap(props: MapProps) {
  const { t } = useTranslation();
  return (
    <section className="panel places-map" aria-label={t("places.map")}>
      <MapBody>
        <MapView {...props} />
      </MapBody>
    </section>
  );
}
