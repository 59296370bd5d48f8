/** What stands over the page for a moment: the keys, and the making of a file. */
import { useState, type ReactNode, type SyntheticEvent } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { ApiProblem } from "../live/http";
import { useCentre } from "../live/store";
import { Modal } from "../ui/dialog";
import { Key } from "../ui/marks";
import { clockText } from "../ui/time";
import { useWords } from "../ui/words";
import { makeExport, type ExportFormat } from "./files";
import { openDialog, useReplay } from "./store";

const close = () => openDialog("none");

function Dialog({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Modal className="replay-dialog" aria-labelledby="replay-dialog-title" onClose={close}>
      <div className="panel-head">
        <h2 id="replay-dialog-title">{title}</h2>
        <span className="grow" />
        <button type="button" className="button plain" onClick={close}>
          <Key>Esc</Key> {t("replay.close")}
        </button>
      </div>
      {children}
    </Modal>
  );
}

const KEYS: readonly (readonly [string, readonly string[]])[] = [
  ["space", ["Space"]],
  ["jkl", ["J", "K", "L"]],
  ["arrows", ["←", "→"]],
  ["shift_arrows", ["⇧ ←", "⇧ →"]],
  ["home_end", ["Home", "End"]],
  ["brackets", ["[", "]"]],
  ["digits", ["1", "…", "6"]],
  ["zoom", ["−", "+"]],
  ["goto", ["T"]],
  ["only", ["O"]],
  ["export", ["E"]],
  ["escape", ["Esc"]],
];

export function KeysDialog() {
  const { t } = useTranslation();
  return (
    <Dialog title={t("replay.keys")}>
      <dl className="replay-keys">
        {KEYS.map(([name, keys]) => (
          <div key={name}>
            <dt>
              {keys.map((key) => (
                <Key key={key}>{key}</Key>
              ))}
            </dt>
            <dd>{t(`replay.key.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

const FORMATS: readonly ExportFormat[] = ["pdf", "csv", "json", "geojson"];
const MAY_UNREDACTED = new Set(["supervisor", "administrator"]);
const REASON_LETTERS = 10;

interface Choice {
  whole: boolean;
  format: ExportFormat;
  redacted: boolean;
  reason: string;
}

function Options({ choice, onChange }: { choice: Choice; onChange: (choice: Choice) => void }) {
  const { t } = useTranslation();
  const role = useCentre((s) => s.me?.role ?? "");
  const chosen = useReplay((s) => s.overview?.chosen ?? null);
  const fromMs = useReplay((s) => s.fromMs);
  const toMs = useReplay((s) => s.toMs);
  const stretch = { from: clockText(fromMs), to: clockText(toMs) };
  return (
    <>
      <label>
        <span>{t("replay.file.what")}</span>
        <select value={choice.whole ? "stretch" : "incident"} onChange={(e) => onChange({ ...choice, whole: e.target.value === "stretch" })}>
          {chosen !== null && <option value="incident">{t("replay.file.of_incident", { number: chosen.number })}</option>}
          <option value="stretch">{t("replay.file.of_stretch", stretch)}</option>
        </select>
      </label>
      <label>
        <span>{t("replay.file.format")}</span>
        <select value={choice.format} onChange={(e) => onChange({ ...choice, format: e.target.value as ExportFormat })}>
          {FORMATS.filter((format) => !choice.whole || format !== "pdf").map((format) => (
            <option key={format} value={format}>
              {t(`replay.file.${format}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{t("replay.file.redaction")}</span>
        <select value={choice.redacted ? "yes" : "no"} onChange={(e) => onChange({ ...choice, redacted: e.target.value === "yes" })}>
          <option value="yes">{t("replay.file.redacted")}</option>
          {MAY_UNREDACTED.has(role) && <option value="no">{t("replay.file.unredacted")}</option>}
        </select>
      </label>
      {!choice.redacted && (
        <label>
          <span>{t("replay.file.reason")}</span>
          <input
            className="field"
            required
            minLength={REASON_LETTERS}
            maxLength={500}
            value={choice.reason}
            onChange={(e) => onChange({ ...choice, reason: e.target.value })}
          />
        </label>
      )}
    </>
  );
}

export function ExportDialog() {
  const { t, lang } = useTranslation();
  const words = useWords();
  const [state, setState] = useState<{ busy: boolean; told: string; bad: boolean }>({ busy: false, told: "", bad: false });
  const [choice, setChoice] = useState<Choice>(() => {
    const { overview, why } = useReplay.getState();
    const whole = overview?.chosen == null;
    return { whole, format: whole ? "csv" : "pdf", redacted: true, reason: why };
  });
  const format = choice.whole && choice.format === "pdf" ? "csv" : choice.format;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const { incidentId, fromMs, toMs, presentMs } = useReplay.getState();
    const what = choice.whole || incidentId === null ? { fromMs, toMs: Math.min(toMs, presentMs) } : { incident: incidentId };
    setState({ busy: true, told: t("replay.file.making"), bad: false });
    makeExport({ ...what, format, redacted: choice.redacted, reason: choice.reason, lang: lang }).then(
      (name) => setState({ busy: false, told: t("replay.file.done", { name }), bad: false }),
      (problem: unknown) =>
        setState({ busy: false, told: problem instanceof ApiProblem ? words.error(problem.error) : String(problem), bad: true }),
    );
  };
  return (
    <Dialog title={t("replay.file.title")}>
      <form className="replay-file" onSubmit={submit}>
        <Options choice={{ ...choice, format }} onChange={setChoice} />
        <p className="note">{t("replay.file.kept")}</p>
        <p role="status" className={state.bad ? "warn" : "note"}>
          {state.told}
        </p>
        <button type="submit" className="button primary replay-make" disabled={state.busy}>
          {t("replay.file.make")}
        </button>
      </form>
    </Dialog>
  );
}
