/** The map is optional: whatever fails here stays here, lists and command line go on. */
import { Component, lazy, Suspense, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useCentre } from "../live/store";
import { PopOut } from "../panels/popOut";
import { PanelHead } from "../ui/marks";

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
  const loaded = useCentre((s) => s.live.logId !== null);
  return (
    <section className="panel map" aria-label={t("map.title")}>
      <PanelHead title={t("map.title")} note={city?.name}>
        {city?.generated && <span className="badge warn">{t("city.generated")}</span>}
        <PopOut pane="map" />
      </PanelHead>
      <div className="map-body">
        <MapBoundary>
          <Suspense fallback={<p className="empty">{t("map.loading")}</p>}>
            {loaded && <MapView />}
          </Suspense>
        </MapBoundary>
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
