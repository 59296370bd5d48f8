/** What surrounds every map here. The map is optional: whatever fails in it stays in it. */
import { Component, Suspense, type ReactNode } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";

function MapFailed() {
  const { t } = useTranslation();
  return (
    <p className="empty" role="note">
      {t("map.failed")}
    </p>
  );
}

/** What fails in a map shows `instead`, and whatever stands beside the map goes on. */
export class MapBoundary extends Component<{ children: ReactNode; instead: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? this.props.instead : this.props.children;
  }
}

export function NoTiles() {
  const { t } = useTranslation();
  return (
    <p className="map-note" role="note">
      {t("map.no_tiles")}
    </p>
  );
}

/** Holds a map that is loaded apart, with whose data it is. `beside` stands over it and needs no map. */
export function MapBody({ children, beside }: { children: ReactNode; beside?: ReactNode }) {
  const { t } = useTranslation();
  const city = useCentre((s) => s.city);
  return (
    <div className="map-body">
      <MapBoundary instead={<MapFailed />}>
        <Suspense fallback={<p className="empty">{t("map.loading")}</p>}>{children}</Suspense>
      </MapBoundary>
      {beside}
      {city && (
        <p className="attribution">
          {city.attribution}
          {city.osm_date !== null && ` · ${t("map.data_of", { date: city.osm_date })}`}
        </p>
      )}
    </div>
  );
}
