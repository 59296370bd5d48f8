/** The five first fields in one column, the caller's words, and the key questions of the type. */
import { useEffect, useRef, type KeyboardEvent } from "react";

import { useTranslation } from "../../i18n/useTranslation";
import { useCentre } from "../../live/store";
import type { LonLat } from "../../protocol";
import { changeForm, type Form } from "../../state/forms";
import { follow, questionsFor } from "../../state/questions";
import { Key } from "../../ui/marks";
import { useWords } from "../../ui/words";
import { isComposing } from "../calls/keys";
import { PlaceChain } from "../incident/head";
import { WhoseLine } from "../whose";
import { PriorityPicker, TypePicker } from "./pickers";
import type { PlacesInHand } from "./places";
import { linesOf } from "./plan";
import { Questions } from "./questions";
import { say } from "./sending";

export const LINE_ID = "taker-line";
const WHAT_ID = "taker-what";
const NONE: readonly string[] = [];

/** For the agencies that the release will ask; before the type is known, for one's own. */
function FormWhose({ form, at }: { form: Form; at: LonLat | null }) {
  const codes = useCentre((s) => s.codes);
  const own = useCentre((s) => s.me?.agencies) ?? NONE;
  const asked = linesOf(codes, form);
  return <WhoseLine at={at} lines={asked.length > 0 || own.length > 1 ? asked : own} />;
}

function Where({ form, places, onReadBack }: { form: Form; places: PlacesInHand; onReadBack: () => void }) {
  const { t } = useTranslation();
  const incident = useCentre((s) => (form.incidentId === null ? undefined : s.live.rows.incident.get(form.incidentId)));
  const place = incident?.place ?? form.place;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event) || event.ctrlKey || event.altKey) return;
    const { candidates, active } = places;
    if (event.key === "ArrowDown") places.setActive(Math.min(active + 1, candidates.length - 1));
    else if (event.key === "ArrowUp") places.setActive(Math.max(active - 1, 0));
    else if (event.key === "Enter") {
      places.take();
      document.getElementById(WHAT_ID)?.focus();
    } else return;
    event.preventDefault();
  };
  return (
    <div className="taker-section">
      <div className="label-line">
        <label htmlFor="taker-where">1 {t("form.where")}</label>
        <span className="note">{t("calls.words_kept")}</span>
        <span className="grow" />
        <PlaceChain state={place?.state ?? "heard"} />
      </div>
      <input
        id="taker-where"
        ref={input}
        className="field"
        role="combobox"
        aria-expanded={places.candidates.length > 0}
        aria-controls={places.id}
        aria-activedescendant={places.candidates.length > 0 ? `${places.id}-${places.active}` : undefined}
        autoComplete="off"
        value={form.heard}
        onChange={(e) => places.hear(e.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="understood">
        {place === null ? (
          <span className="note">{t("calls.not_matched")}</span>
        ) : (
          <>
            <span className="note">{t("form.understood")}</span> <strong>{place.label || place.heard}</strong>
            {!place.label.includes(place.ward) && <span className="note">{place.ward}</span>}
            <span className="grow" />
            {place.lon_lat !== null && (
              <button type="button" className="button" onClick={onReadBack}>
                <Key>F4</Key> {t(place.state === "matched" ? "calls.read_it_back" : "calls.read_again")}
              </button>
            )}
          </>
        )}
      </div>
      <FormWhose form={form} at={place?.lon_lat ?? null} />
    </div>
  );
}

function What({ form }: { form: Form }) {
  const { t } = useTranslation();
  return (
    <div className="taker-section taker-type">
      <TypePicker
        id={WHAT_ID}
        label={`2 ${t("form.what")}`}
        value={form.typeCode}
        onChoose={(typeCode) => {
          changeForm(form.id, { typeCode, priority: null });
          document.getElementById(LINE_ID)?.focus();
        }}
      />
    </div>
  );
}

function Who({ form }: { form: Form }) {
  const { t } = useTranslation();
  return (
    <div className="taker-section">
      <div className="pair">
        <div className="finder">
          <label htmlFor="taker-phone">
            3 {t("form.phone")} {form.callId !== null && <span className="note">{t("calls.filled_in")}</span>}
          </label>
          <input
            id="taker-phone"
            className="field num"
            type="tel"
            autoComplete="off"
            value={form.phone}
            disabled={form.reportId !== null}
            onChange={(e) => changeForm(form.id, { phone: e.target.value })}
          />
        </div>
        <div className="finder">
          <label htmlFor="taker-name">4 {t("form.name")}</label>
          <input
            id="taker-name"
            className="field"
            autoComplete="off"
            value={form.name}
            disabled={form.reportId !== null}
            onChange={(e) => changeForm(form.id, { name: e.target.value })}
          />
        </div>
      </div>
    </div>
  );
}

function Urgency({ form }: { form: Form }) {
  const { t } = useTranslation();
  const words = useWords();
  const codes = useCentre((s) => s.codes);
  const incident = useCentre((s) => (form.incidentId === null ? undefined : s.live.rows.incident.get(form.incidentId)));
  const set = questionsFor(codes, form.typeCode);
  const followed = set === null ? null : follow(set, form.answers[set.code] ?? {});
  const usual = followed?.priority ?? (form.typeCode === null ? null : (codes?.types[form.typeCode]?.priority ?? null));
  return (
    <div className="taker-section">
      <PriorityPicker
        label={`5 ${t("form.priority")}`}
        hint={
          followed?.label != null
            ? t("calls.because", { determinant: words.label(followed.label, followed.determinant) })
            : t("calls.by_answers")
        }
        value={incident?.priority ?? form.priority}
        usual={usual}
        disabled={incident !== undefined}
        onChoose={(priority) => changeForm(form.id, { priority })}
      />
    </div>
  );
}

/** Enter keeps the line; after the release it goes to the units as an update. */
function Line({ form }: { form: Form }) {
  const { t } = useTranslation();
  const released = form.incidentId !== null;
  return (
    <div className="taker-section">
      <div className="label-line">
        <label htmlFor={LINE_ID}>{t("calls.line")}</label>
        <span className="note">{t(released ? "calls.line_released" : "calls.line_kept")}</span>
      </div>
      <input
        id={LINE_ID}
        className="field"
        autoComplete="off"
        value={form.line}
        onChange={(e) => changeForm(form.id, { line: e.target.value })}
        onKeyDown={(e) => {
          if (e.key !== "Enter" || e.ctrlKey || isComposing(e)) return;
          e.preventDefault();
          void say(form.id);
        }}
      />
    </div>
  );
}

export function Fields({ form, places, onReadBack }: { form: Form; places: PlacesInHand; onReadBack: () => void }) {
  return (
    <>
      <Where form={form} places={places} onReadBack={onReadBack} />
      <What form={form} />
      <Who form={form} />
      <Urgency form={form} />
      <Line form={form} />
      <Questions form={form} />
    </>
  );
}
