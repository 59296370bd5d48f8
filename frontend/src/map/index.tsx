/** The live map's panel; lists and command line go on without it. */
import { lazy, Suspense } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import { askOwnReach, dropReach, useReach } from "../state/reach";
import { neighbourOf, offersOf } from "../state/recommendation";
import { useUi } from "../state/ui";
import { opened } from "../panels/later";
import { PopOut } from "../panels/popOut";
import { PanelHead } from "../ui/marks";
import { mustDraw } from "./canDraw";
import { MapBody } from "./parts";

function loadMap() {
  mustDraw();
  return import("./mapView");
}
const MapView = lazy(loadMap);
const ReachBar = opened.part("ReachBar");

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

/** Puts the reach of one's own free units on the map, and takes it away. */
function ReachButton() {
  const { t } = useTranslation();
  const shown = useReach((s) => s.from !== null);
  return (
    <button type="button" className="button plain" aria-pressed={shown} onClick={() => (shown ? dropReach() : askOwnReach())}>
      {t("map.reach")}
    </button>
  );
}

/** Fetch the map where it can be drawn, on a screen too that shows the board in its place. */
export function bringMap(): void {
  void Promise.resolve().then(loadMap).catch(() => undefined); // asked for again, and told, where it is shown
}

/** What the marks round units mean, while there are any. */
function OfferLegend() {
  const { t } = useTranslation();
  const rows = useCentre((s) => s.live.rows);
  const codes = useCentre((s) => s.codes);
  const inHand = useUi((s) => (s.selection?.kind === "incident" ? s.selection.id : null));
  const offers = offersOf(rows, inHand);
  const shown = (["proposed", "next"] as const).filter((offer) => [...offers.values()].includes(offer));
  const foreign = [...offers.keys()].some((id) => {
    const unit = rows.unit.get(id);
    return unit !== undefined && neighbourOf(codes, unit) !== undefined;
  });
  if (shown.length === 0) return null;
  return (
    <p className="map-legend" role="note">
      {shown.map((offer) => (
        <span key={offer}>
          <b className={`offer ${offer}`}>{t(`map.letter.${offer}`)}</b> {t(`map.offer.${offer}`)}
        </span>
      ))}
      {foreign && (
        <span>
          <b className="offer foreign" /> {t("map.offer.foreign")}
        </span>
      )}
    </p>
  );
}

export function MapPanel() {
  const { t } = useTranslation();
  const city = useCentre((s) => s.city);
  const loaded = useCentre((s) => s.live.logId !== null);
  const reach = useReach((s) => s.from !== null);
  return (
    <section className="panel map" aria-label={t("map.title")}>
      <PanelHead title={t("map.title")} note={city?.name}>
        {city?.generated && <span className="badge warn">{t("city.generated")}</span>}
        <ReachButton />
        <RoadsButton />
        <PopOut pane="map" />
      </PanelHead>
      <MapBody
        beside={
          <>
            <OfferLegend />
            {reach && (
              <Suspense fallback={null}>
                <ReachBar />
              </Suspense>
            )}
          </>
        }
      >
        {loaded && <MapView />}
      </MapBody>
    </section>
  );
}
