/** Where: words typed, candidates with what tells them apart; arrows and Enter, or the number key. */
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";

import { useTranslation } from "../../i18n/useTranslation";
import { api } from "../../live/http";
import type { LonLat, PlaceCandidate } from "../../protocol";
import { lookAt, useUi } from "../../state/ui";
import { distanceText } from "../../ui/time";
import { isComposing } from "../calls/keys";
import { Newest } from "./newest";

const SHORTEST = 3;
/** So many letters the centre takes; whatever was pasted, an address stands in fewer. */
const LONGEST = 1_000;
const NONE: readonly PlaceCandidate[] = [];

/** Two numbers with decimals, as degrees are written. */
const DEGREES = /\d[.,]\d{3,}\D+\d{1,3}[.,]\d{3,}/;

/** What to say of words for which no place was found. */
export const nothingFor = (text: string) => (DEGREES.test(text) ? "place.outside" : "place.none");

/** Candidates and the words that they fit: those of a moment ago, while the centre looks for what was typed since. */
export interface Found {
  text: string;
  candidates: readonly PlaceCandidate[];
  failed: boolean;
}

interface Question {
  text: string;
  near: [number, number] | null;
}

/** Candidates for what is typed, asked for as it is typed; those of fewer words stand until the answer is there. */
export function useCandidates(text: string, given: readonly PlaceCandidate[], asked: boolean, near: LonLat | null): Found {
  const [found, setFound] = useState<Found>({ text: "", candidates: [], failed: false });
  const [newest] = useState(
    () =>
      new Newest<Question, PlaceCandidate[]>(
        (question, signal) => api.geocode(question.text.slice(0, LONGEST), question.near, signal),
        (question, answer) => setFound({ text: question.text, candidates: answer ?? [], failed: answer === null }),
      ),
  );
  const lon = near?.[0];
  const lat = near?.[1];
  useEffect(() => {
    if (!asked || text.trim().length < SHORTEST) newest.stop();
    else newest.ask({ text, near: lon === undefined || lat === undefined ? null : [lon, lat] });
  }, [newest, text, asked, lon, lat]);
  useEffect(() => () => newest.stop(), [newest]);
  if (!asked) return { text, candidates: given, failed: false };
  return text.trim().length < SHORTEST ? { text, candidates: NONE, failed: false } : found;
}

/**
 * Enter takes the candidate at the cursor. Who is faster than the centre means the first that fits all that was typed:
 * it is taken when it comes, unless other words are typed before; never one of fewer words, which may lie elsewhere.
 */
export function useTaking(text: string, found: Found, choose: (candidate: PlaceCandidate | undefined) => void): (at: number) => void {
  const awaited = useRef<string | null>(null);
  useEffect(() => {
    if (awaited.current !== text) awaited.current = null;
    else if (found.text === text) {
      awaited.current = null;
      choose(found.candidates[0]);
    }
  });
  return (at) => {
    if (at > 0 || found.text === text) choose(found.candidates[at]);
    else awaited.current = text;
  };
}

/** What tells it from the others, without the ward that its label names already: "Phường 3, Quận 3 cũ". */
function differenceOf({ label, ward, distinguishing }: PlaceCandidate): string {
  const told = distinguishing.slice(ward.length);
  const said = label.includes(ward) && distinguishing.startsWith(`${ward} (`) && told.endsWith(")");
  return said ? told.slice(2, -1) : distinguishing;
}

/** What to ask, where the place is no more than a street, an area, or reckoned from other numbers. */
const ADVISED = ["ward", "street", "interpolated"];

interface ListProps {
  id: string;
  candidates: readonly PlaceCandidate[];
  active: number;
  chosen: string;
  onChoose: (candidate: PlaceCandidate) => void;
}

export function CandidateList({ id, candidates, active, chosen, onChoose }: ListProps) {
  const { t } = useTranslation();
  useEffect(() => {
    useUi.setState({ candidates, candidate: active });
    return () => useUi.setState({ candidates: NONE });
  }, [candidates, active]);
  return (
    <ul id={id} role="listbox" aria-label={t("place.candidates")} className="candidates">
      {candidates.map((candidate, i) => (
        <li
          key={`${candidate.label}${candidate.lon_lat.join()}`}
          id={`${id}-${i}`}
          role="option"
          aria-selected={i === active}
          className={candidate.label === chosen ? "chosen" : ""}
          onClick={() => onChoose(candidate)}
        >
          <span className="num strong">{i + 1}</span>
          <span className="candidate-main">
            <strong>{candidate.label}</strong>
            {!candidate.label.includes(candidate.ward) && <span className="note">{candidate.ward}</span>}
            {candidate.distinguishing && (
              <span className="note">
                {candidates.length > 1 && `${t("place.differs")}: `}
                {differenceOf(candidate)}
              </span>
            )}
            {candidate.mouth_m ? <span className="note">{t("place.mouth", { at: distanceText(candidate.mouth_m) })}</span> : null}
            {i === active && ADVISED.includes(candidate.level) && <span className="note">{t(`place.ask.${candidate.level}`)}</span>}
          </span>
          {candidate.confidence > 0 && (
            <>
              <span className="sure" aria-hidden="true">
                <span style={{ width: `${candidate.confidence * 100}%` }} />
              </span>
              <span className="num">{Math.round(candidate.confidence * 100)} %</span>
            </>
          )}
          <span className="num note">±{distanceText(candidate.radius_m)}</span>
        </li>
      ))}
    </ul>
  );
}

interface Props {
  label: string;
  text: string;
  onText: (text: string) => void;
  given: readonly PlaceCandidate[];
  /** Ask the centre for candidates of what is typed; otherwise `given` is shown. */
  asked: boolean;
  near: LonLat | null;
  chosen: string;
  onChoose: (candidate: PlaceCandidate, all: readonly PlaceCandidate[]) => void;
  autoFocus?: boolean;
}

export function PlaceFinder(props: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [active, setActive] = useState(0);
  const found = useCandidates(props.text, props.given, props.asked, props.near);
  const at = Math.min(active, Math.max(0, found.candidates.length - 1));
  const choose = (candidate: PlaceCandidate | undefined) => {
    if (candidate === undefined) return;
    lookAt(candidate.lon_lat);
    props.onChoose(candidate, found.candidates);
  };
  const take = useTaking(props.text, found, choose);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || isComposing(event)) return;
    if (event.key === "ArrowDown") setActive(Math.min(at + 1, found.candidates.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(at - 1, 0));
    else if (event.key === "Enter") take(at);
    else return;
    event.preventDefault();
  };
  return (
    <div className="finder">
      <label htmlFor={`${id}-in`}>{props.label}</label>
      <input
        id={`${id}-in`}
        className="field"
        role="combobox"
        aria-expanded={found.candidates.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={found.candidates.length > 0 ? `${id}-list-${at}` : undefined}
        autoComplete="off"
        autoFocus={props.autoFocus}
        value={props.text}
        onChange={(e) => {
          setActive(0);
          props.onText(e.target.value);
        }}
        onKeyDown={onKeyDown}
      />
      {found.failed && <p className="refusal">{t("place.search_failed")}</p>}
      {!found.failed && found.candidates.length === 0 && props.text.trim().length >= SHORTEST && (
        <p className="note">{t(nothingFor(props.text))}</p>
      )}
      <CandidateList id={`${id}-list`} candidates={found.candidates} active={at} chosen={props.chosen} onChoose={choose} />
    </div>
  );
}
