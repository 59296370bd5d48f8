/** The command line: what it understood is shown before Enter; Esc returns here; a refused line stays. */
import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from "react";
import { v7 as uuidv7 } from "uuid";

import { COMMAND_LINE_ID, focusCommandLine } from "../commands/keys";
import { History } from "../commands/history";
import { useTranslation } from "../i18n/useTranslation";
import { ApiProblem, api } from "../live/http";
import { announce, useCentre } from "../live/store";
import type { Reading } from "../protocol";
import { askOwnReach, askReach, fromPlace } from "../state/reach";
import { drawRoad, isRoadKind } from "../state/roadDraft";
import { noteAct } from "../state/undo";
import { askCallOff, callBack, movePlace, openNewReport, select, useUi } from "../state/ui";
import { Key } from "../ui/marks";
import { useWords } from "../ui/words";
import { undoLast, UndoBar } from "./undoBar";

const TYPING_PAUSE_MS = 80;

function selectedIncident(): string | null {
  const { selection } = useUi.getState();
  return selection?.kind === "incident" ? selection.id : null;
}

/** What the line would do, asked for while it is typed, and anew (`again`) when it was refused. */
function useReading(line: string, again: number): Reading | null {
  const selection = useUi((s) => s.selection);
  const [reading, setReading] = useState<{ line: string; reading: Reading } | null>(null);
  useEffect(() => {
    if (line.trim() === "") return;
    const cancel = new AbortController();
    const timer = window.setTimeout(() => {
      api.commandLine({ line, selected: selectedIncident(), dry_run: true }, cancel.signal).then(
        (answer) => setReading({ line, reading: answer.reading }),
        () => undefined, // the echo is a help; Enter says aloud what fails
      );
    }, TYPING_PAUSE_MS);
    return () => {
      window.clearTimeout(timer);
      cancel.abort();
    };
  }, [line, selection, again]);
  return reading?.line === line ? reading.reading : null;
}

/** On the map what is reached: by a unit, from an incident, or by one's own free units. */
function showReach({ incident_id, text }: NonNullable<Reading["ui"]>): void {
  const place = useCentre.getState().live.rows.incident.get(incident_id ?? "")?.place.lon_lat;
  if (text !== "") askReach(`unit/${text}`);
  else if (place) askReach(fromPlace(place));
  else askOwnReach();
}

/** Verbs that concern the screen alone. */
function actOnScreen(ui: NonNullable<Reading["ui"]>): void {
  if (ui.kind === "new_report") openNewReport(ui.text);
  else if (ui.kind === "help") useUi.setState({ pane: "help" });
  else if (ui.kind === "who") useUi.setState({ pane: "who", who: ui.text });
  else if (ui.kind === "reach") showReach(ui);
  else if (ui.kind === "roads") useUi.setState({ pane: "roads" });
  else if (isRoadKind(ui.kind)) drawRoad(ui.kind, ui.text);
  else if (ui.kind === "call_back" && ui.incident_id !== null) callBack(ui.incident_id);
  else if (ui.kind === "move_place" && ui.incident_id !== null) movePlace(ui.incident_id, ui.text);
  else if ((ui.kind === "cancel" || ui.kind === "recall") && ui.incident_id !== null) {
    askCallOff({ kind: ui.kind, incidentId: ui.incident_id, agencyId: ui.agency_id, reason: ui.text });
  } else if (ui.incident_id !== null) select({ kind: "incident", id: ui.incident_id });
}

function Echo({ reading, onChoose }: { reading: Reading | null; onChoose: (line: string) => void }) {
  const { t, said } = useTranslation();
  if (reading === null) return <p className="echo note">{t("line.hint")}</p>;
  if (reading.error !== null) {
    return (
      <p className="echo refusal">
        {said(reading.error.text)}
        {reading.error.nearest.length > 0 && ` ${t("line.nearest", { words: reading.error.nearest.join(", ") })}`}
      </p>
    );
  }
  if (reading.choices.length > 0) {
    return (
      <p className="echo choosing">
        {t("line.which")}
        {reading.choices.map((choice) => (
          <button key={choice.line} type="button" className="button plain" title={said(choice.echo)} onClick={() => onChoose(choice.line)}>
            {said(choice.echo)}
          </button>
        ))}
      </p>
    );
  }
  return (
    <p className="echo">
      <span className="note">{t("line.understood")}</span> <strong>{said(reading.echo)}</strong>
      <span className="grow" />
      <Key>Enter</Key> {t("line.send")} <Key>Esc</Key> {t("line.drop")}
    </p>
  );
}

/** `done` gets a line that was carried out, `stays` one that was not: to be changed, or `refused` as announced. */
function useSendLine(done: (line: string) => void, stays: (line: string, refused: boolean) => void) {
  const [busy, setBusy] = useState(false);
  const sent = useRef({ line: "", id: "" });
  const send = (line: string, seen: unknown) => {
    // The same line sent again after no answer keeps its id: it is done once.
    if (sent.current.line !== line) sent.current = { line, id: uuidv7() };
    setBusy(true);
    api
      .commandLine({ line, selected: selectedIncident(), dry_run: false, line_id: sent.current.id, seen })
      .then(({ reading, answers, undo }) => {
        sent.current = { line: "", id: "" };
        if (reading.error !== null || reading.choices.length > 0) return stays(line, false);
        if (reading.ui !== null) actOnScreen(reading.ui);
        const refused = answers.find((answer) => answer.error !== null)?.error;
        if (refused) {
          announce({ ok: false, what: "did.line", error: refused });
          return stays(line, true);
        }
        announce({ ok: true, what: "did.line", data: { line } });
        noteAct(undo);
        done(line);
      })
      .catch((problem: unknown) => {
        if (problem instanceof ApiProblem) announce({ ok: false, what: "did.line", error: problem.error });
        stays(line, problem instanceof ApiProblem);
      })
      .finally(() => setBusy(false));
  };
  return { busy, send };
}

/** Lines that keys and buttons offer come into the field, marked up to their end, for Enter to send. */
function useOffered(setLine: (line: string) => void): void {
  const offered = useUi((s) => s.offered);
  const taken = useRef(offered?.n ?? 0);
  useEffect(() => {
    if (offered === null || offered.n === taken.current) return;
    taken.current = offered.n;
    setLine(offered.line);
    focusCommandLine();
  }, [offered, setLine]);
}

export function CommandBar() {
  const { t } = useTranslation();
  const [line, setLine] = useState("");
  const history = useRef(new History());
  const field = useRef<HTMLInputElement>(null);
  // The last line that was refused: it stands in the field, and why below it, until it is changed.
  const [refused, setRefused] = useState({ line: "", times: 0 });
  const reading = useReading(line, refused.times);
  const { busy, send } = useSendLine(
    // Who has typed on meanwhile keeps what was typed.
    (sent) => setLine((now) => (now === sent ? "" : now)),
    (sent, isRefused) => {
      if (isRefused) setRefused(({ times }) => ({ line: sent, times: times + 1 }));
      if (field.current?.value === sent) field.current.setSelectionRange(sent.length, sent.length);
    },
  );
  const setNew = useCallback((words: string) => {
    setRefused(({ times }) => ({ line: "", times }));
    setLine(words);
  }, []);
  useOffered(setNew);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && line.trim() !== "") {
      history.current.add(line);
      send(line, reading?.seen ?? null);
      // What is typed before the answer is the next line, not more of this one.
      field.current?.select();
    } else if (event.key === "z" && event.ctrlKey && line === "") void undoLast();
    else if (event.key === "ArrowUp") setNew(history.current.back(line));
    else if (event.key === "ArrowDown") setNew(history.current.forward());
    else if (event.key === "Escape" && line !== "") setNew("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section className="command" aria-label={t("line.title")}>
      <div className="command-line">
        <Key>F2</Key>
        <label htmlFor={COMMAND_LINE_ID} className="sr-only">{t("line.title")}</label>
        <input
          ref={field}
          id={COMMAND_LINE_ID}
          className="mono"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          autoFocus
          aria-describedby="echo"
          aria-busy={busy}
          value={line}
          onChange={(e) => setNew(e.target.value)}
          onKeyDown={onKeyDown}
        />
        <UndoBar />
      </div>
      <div id="echo" className="echo-place" aria-live="polite">
        {line.trim() === "" || line === refused.line ? <Announcement /> : <Echo reading={reading} onChoose={setNew} />}
      </div>
    </section>
  );
}

/** The last answer of the centre, also read aloud. */
function Announcement() {
  const { t } = useTranslation();
  const words = useWords();
  const announcement = useCentre((s) => s.announcement);
  const sending = useCentre((s) => s.outbox.size > 0);
  if (sending) return <p className="echo note">{t("line.sending")}</p>;
  if (announcement === null) return <p className="echo note">{t("line.hint")}</p>;
  const { outcome } = announcement;
  if (outcome.ok) return <p className="echo">✓ {t(outcome.what, outcome.data)}</p>;
  const local = outcome.error.code.startsWith("local.");
  return <p className="echo refusal">{local ? t(outcome.error.code) : words.error(outcome.error)}</p>;
}

/** Always in the page, so that a reader announces what it comes to hold. */
export function StatusVoice() {
  const { t } = useTranslation();
  const words = useWords();
  const announcement = useCentre((s) => s.announcement);
  let text = "";
  if (announcement?.outcome.ok === true) text = t(announcement.outcome.what, announcement.outcome.data);
  else if (announcement) {
    const { error } = announcement.outcome;
    text = error.code.startsWith("local.") ? t(error.code) : words.error(error);
  }
  return (
    <div role="status" className="sr-only">
      {text}
    </div>
  );
}
