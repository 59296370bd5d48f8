/** The map is optional here too: log, units and scrubber stand without it. */
import { Component, lazy, Suspense, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useCentre } from "../live/store";
import { Followed } from "./followed";

const MapView = lazy(() => import("./mapView"));

function MapFailed() {
  const { t } = useTranslation();
  return (
    <p className="empty" role="note">
      {t("map.failed")}
    </p>
  );
}

class MapBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <MapFailed /> : this.props.children;
  }
}

export function MapPanel() {
  const { t } = useTranslation();
  const city = useCentre((s) => s.city);
  return (
    <section className="panel replay-map" aria-label={t("replay.map")}>
      <div className="map-body">
        <MapBoundary>
          <Suspense fallback={<p className="empty">{t("map.loading")}</p>}>
            <MapView />
          </Suspense>
        </MapBoundary>
        <Followed />
        {city && (
          <p className="attribution">
            {city.attribution}
            {city.osm_date !== null && ` · ${t("map.data_of", { date: city.osm_date })}`}
          </p>
        )}
      </div>
    </section>
  );
}
