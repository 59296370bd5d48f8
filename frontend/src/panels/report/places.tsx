/** Places that fit what was heard, with what tells them apart; arrows and Enter in the field choose. */
import { useEffect, useId, useState } from "react";

import { changePlace, placeOf } from "../../commands/actions";
import { useTranslation } from "../../i18n/useTranslation";
import { useCentre } from "../../live/store";
import type { PlaceCandidate } from "../../protocol";
import { changeForm, type Form } from "../../state/forms";
import { lookAt } from "../../state/ui";
import { Key, PanelHead } from "../../ui/marks";
import { CandidateList, nothingFor, useCandidates, useTaking } from "./placeFinder";

export interface PlacesInHand {
  id: string;
  candidates: readonly PlaceCandidate[];
  failed: boolean;
  /** The words that the candidates are for: behind what is typed until the answer is there. */
  searched: string;
  active: number;
  chosen: string;
  setActive: (index: number) => void;
  choose: (candidate: PlaceCandidate | undefined) => void;
  /** By Enter. */
  take: () => void;
  /** Other words: what was matched before does not stand for them. */
  hear: (heard: string) => void;
}

export function usePlaces(form: Form): PlacesInHand {
  const id = useId();
  const [active, setActive] = useState(0);
  const incident = useCentre((s) => (form.incidentId === null ? undefined : s.live.rows.incident.get(form.incidentId)));
  const near = useCentre((s) => s.live.rows.call.get(form.callId ?? "")?.handset?.lon_lat ?? null);
  const found = useCandidates(form.heard, [], form.heard.trim() !== "", near);
  // Where the telephone is, is seen as soon as it is known; a place that was chosen stays in sight.
  const unplaced = form.place === null;
  useEffect(() => {
    if (near !== null && unplaced) lookAt(near);
  }, [near, unplaced]);
  const choose = (candidate: PlaceCandidate | undefined) => {
    if (candidate === undefined) return;
    const place = placeOf(form.heard, candidate);
    changeForm(form.id, { place });
    lookAt(candidate.lon_lat);
    if (incident !== undefined) void changePlace(incident.id, place, incident.version);
  };
  const at = Math.min(active, Math.max(0, found.candidates.length - 1));
  const take = useTaking(form.heard, found, choose);
  return {
    id: `${id}-list`,
    candidates: found.candidates,
    failed: found.failed,
    searched: found.text,
    active: at,
    chosen: form.place?.label ?? "",
    setActive,
    choose,
    take: () => take(at),
    hear: (heard) => {
      setActive(0);
      changeForm(form.id, incident === undefined ? { heard, place: null } : { heard });
    },
  };
}

export function Places({ places }: { places: PlacesInHand }) {
  const { t } = useTranslation();
  const { candidates } = places;
  return (
    <section className="taker-found" aria-label={t("calls.places")}>
      <PanelHead title={t("place.candidates")} note={t("calls.results", { count: candidates.length })}>
        <span className="note">
          <Key>↑ ↓</Key> <Key>Enter</Key> {t("calls.choose")} · <Key>F4</Key> {t("calls.reads_back")}
        </span>
      </PanelHead>
      <div className="scroll">
        <CandidateList id={places.id} candidates={candidates} active={places.active} chosen={places.chosen} onChoose={places.choose} />
        {places.failed && <p className="empty warn">{t("place.search_failed")}</p>}
        {!places.failed && candidates.length === 0 && (
          <p className="empty">{t(places.searched.trim() === "" ? "calls.no_places" : nothingFor(places.searched))}</p>
        )}
      </div>
    </section>
  );
}
