/** Puts a condition in force: by clicks on the map, by the map's middle, or at a place found by words. */
import { useRef, useState, type KeyboardEvent, type SyntheticEvent } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { api } from "../live/http";
import { sendCommand, serverNow, useCentre } from "../live/store";
import type { PlaceCandidate } from "../protocol";
import { addPoint, changeDraft, dropDraft, useRoadDraft, type RoadDraft, type RoadForm as Form, type RoadKind } from "../state/roadDraft";
import { lookAt } from "../state/ui";
import { Key } from "../ui/marks";
import { aboutFit, classesOf, FIGURES, isUsable } from "./living";
import { RoadMark } from "./mark";

const KINDS: readonly RoadKind[] = ["closed", "flood", "slow", "unfit", "fits"];
const FORMS: readonly Form[] = ["point", "line", "area"];
const LEAST: Readonly<Record<Form, number>> = { point: 1, line: 2, area: 3 };
/** 0 is without an end, reviewed in two hours. */
const MINUTES = [0, 30, 60, 120, 240, 720] as const;
const USUAL_CM = 40;
const USUAL_FACTOR = 3;

function Choose<T extends string>({ name, of, chosen, choose, marks }: { name: string; of: readonly T[]; chosen: T; choose: (one: T) => void; marks?: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="road-choice" role="group" aria-label={t(`roads.${name}`)}>
      {of.map((one) => (
        <button key={one} type="button" className="chip" aria-pressed={one === chosen} onClick={() => choose(one)}>
          {marks && <RoadMark kind={one} />} {t(`roads.${one as string}`)}
        </button>
      ))}
    </div>
  );
}

function Points({ draft }: { draft: RoadDraft }) {
  const { t } = useTranslation();
  const centre = useRoadDraft((s) => s.centre);
  return (
    <div className="road-points">
      <p className="note" role="status">
        {t("roads.points", { count: draft.points.length })} · {t("roads.points_hint")}
      </p>
      <button type="button" className="button" disabled={centre === null} onClick={() => centre && addPoint(centre)}>
        {t("roads.add_centre")}
      </button>
      <button type="button" className="button plain" disabled={draft.points.length === 0} onClick={() => changeDraft({ points: draft.points.slice(0, -1) })}>
        {t("roads.remove_point")}
      </button>
    </div>
  );
}

/** Finds a place by words; the chosen one is marked on the map, and names the condition. */
function Where({ words, setWords }: { words: string; setWords: (words: string) => void }) {
  const { t } = useTranslation();
  const [found, setFound] = useState<readonly PlaceCandidate[] | null>(null);
  const newest = useRef(0);
  const search = () => {
    if (words.trim() === "") return;
    const wish = ++newest.current;
    // Of words asked for before the last ones nothing is shown, however late it comes.
    const show = (places: readonly PlaceCandidate[]) => wish === newest.current && setFound(places);
    api.geocode(words, null).then(show, () => show([]));
  };
  const choose = (place: PlaceCandidate) => {
    changeDraft({ form: "point", points: [place.lon_lat] });
    setWords(place.label);
    newest.current++;
    setFound(null);
    lookAt(place.lon_lat);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.ctrlKey) return;
    event.preventDefault();
    search();
  };
  return (
    <>
      <div className="road-where-line">
        <label>
          {t("roads.where")}
          <input value={words} onChange={(e) => setWords(e.target.value)} onKeyDown={onKeyDown} autoFocus />
        </label>
        <button type="button" className="button" onClick={search}>
          <Key>Enter</Key> {t("roads.search")}
        </button>
      </div>
      {found !== null && found.length === 0 && <p className="warn">{t("roads.no_place")}</p>}
      <ul className="road-places">
        {(found ?? []).slice(0, 5).map((place) => (
          <li key={`${place.label}/${place.lon_lat.join()}`}>
            <button type="button" className="button plain" onClick={() => choose(place)}>
              <strong>{place.label}</strong> {!place.label.includes(place.ward) && <span className="note">{place.ward}</span>}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Figure({ kind, value, set }: { kind: "flood" | "slow"; value: number; set: (value: number) => void }) {
  const { t } = useTranslation();
  return (
    <label>
      {t(kind === "flood" ? "roads.depth" : "roads.factor")}
      <input type="number" className="num" {...FIGURES[kind]} value={value} onChange={(e) => set(e.target.valueAsNumber)} />
    </label>
  );
}

function VehicleClass({ of, chosen, set }: { of: readonly string[]; chosen: string; set: (one: string) => void }) {
  const { t } = useTranslation();
  return (
    <label>
      {t("roads.vehicle")}
      <select value={chosen} onChange={(e) => set(e.target.value)}>
        {of.map((one) => (
          <option key={one} value={one}>
            {t(`roads.class.${one}`)}
          </option>
        ))}
      </select>
    </label>
  );
}

function HowLong({ kind, minutes, set }: { kind: RoadKind; minutes: number; set: (minutes: number) => void }) {
  const { t } = useTranslation();
  return (
    <label>
      {t("roads.for")}
      <select value={minutes} onChange={(e) => set(Number(e.target.value))}>
        {MINUTES.map((each) => (
          <option key={each} value={each}>
            {each === 0 ? t(aboutFit(kind) ? "roads.until_lifted" : "roads.open_end") : each < 60 ? t("roads.minutes", { count: each }) : t("roads.hours", { count: each / 60 })}
          </option>
        ))}
      </select>
    </label>
  );
}

function put(draft: RoadDraft, words: string, reason: string, figure: number, vehicle: string, minutes: number): void {
  const until = minutes === 0 ? null : new Date(serverNow() + minutes * 60_000).toISOString();
  void sendCommand(
    {
      type: "road_condition.put",
      kind: draft.kind,
      form: draft.form,
      lon_lats: draft.points.map(([lon, lat]) => [lon, lat]),
      reason,
      where: words,
      factor: draft.kind === "slow" ? figure : 1,
      depth_m: draft.kind === "flood" ? figure / 100 : 0,
      vehicle_class: aboutFit(draft.kind) ? vehicle : "",
      until,
    },
    "did.road_put",
  ).then((outcome) => outcome.ok && dropDraft());
}

export function RoadForm({ words: first }: { words: string }) {
  const { t } = useTranslation();
  const draft = useRoadDraft((s) => s.draft);
  const [words, setWords] = useState(first);
  const [reason, setReason] = useState("");
  const [figure, setFigure] = useState({ flood: USUAL_CM, slow: USUAL_FACTOR });
  const [minutes, setMinutes] = useState(0);
  const classes = classesOf(useCentre((s) => s.live.rows.unit).values());
  const [vehicle, setVehicle] = useState(classes[0] ?? "");
  if (draft === null) return null;
  const { kind } = draft;
  const fit = aboutFit(kind);
  const points = LEAST[draft.form] - draft.points.length;
  const figured = (kind !== "flood" && kind !== "slow") || isUsable(kind, figure[kind]);
  const missing = points > 0 ? t("roads.needs_points", { count: points }) : !figured ? t(`roads.needs_${kind}`, FIGURES[kind]) : reason.trim() === "" ? t("roads.needs_reason") : null;
  const ready = missing === null;
  const send = () => ready && put(draft, words, reason, kind === "flood" || kind === "slow" ? figure[kind] : 1, vehicle, minutes);
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    send();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && event.ctrlKey) send();
  };
  return (
    <form className="road-form" onSubmit={onSubmit} onKeyDown={onKeyDown} aria-label={t("roads.new")}>
      <Choose name="kind" of={KINDS} chosen={kind} choose={(one) => changeDraft(aboutFit(one) ? { kind: one, form: "point", points: draft.points.slice(0, 1) } : { kind: one })} marks />
      <Where words={words} setWords={setWords} />
      <Choose name="form" of={fit ? ["point"] : FORMS} chosen={draft.form} choose={(form) => changeDraft({ form, points: form === "point" ? draft.points.slice(0, 1) : draft.points })} />
      <Points draft={draft} />
      {(kind === "flood" || kind === "slow") && <Figure kind={kind} value={figure[kind]} set={(value) => setFigure({ ...figure, [kind]: value })} />}
      {fit && <VehicleClass of={classes} chosen={vehicle} set={setVehicle} />}
      <label>
        {t("roads.reason")}
        <input value={reason} onChange={(e) => setReason(e.target.value)} maxLength={500} />
      </label>
      <HowLong kind={kind} minutes={minutes} set={setMinutes} />
      <div className="actions">
        <button type="submit" className="button primary" disabled={!ready}>
          <Key>Ctrl Enter</Key> {t("roads.put")}
        </button>
        <button type="button" className="button plain" onClick={dropDraft}>
          {t("roads.drop")}
        </button>
        {missing !== null && <span className="note">{missing}</span>}
      </div>
    </form>
  );
}
