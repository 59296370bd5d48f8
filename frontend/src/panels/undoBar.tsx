/** Undo, not confirm: what was done last, and for how much longer it can be taken back. */
import { v7 as uuidv7 } from "uuid";

import { useTranslation } from "../i18n/useTranslation";
import { useNowS } from "../live/clock";
import { ApiProblem, api } from "../live/http";
import { announce, serverNow } from "../live/store";
import { forgetAct, UNDO_S, useUndo } from "../state/undo";
import { Key } from "../ui/marks";

/** Takes the last act back by the line `U`; a refusal is said and the bar stays. */
export async function undoLast(): Promise<void> {
  const { last } = useUndo.getState();
  if (last === null || serverNow() / 1000 - last.atS > UNDO_S) return;
  try {
    const { reading, answers } = await api.commandLine({ line: "U", selected: null, dry_run: false, line_id: uuidv7() });
    const refused = answers.find((answer) => answer.error !== null)?.error;
    if (refused) return announce({ ok: false, what: "did.undo", error: refused });
    if (reading.error !== null) {
      const { text } = reading.error;
      return announce({ ok: false, what: "did.undo", error: { code: reading.error.code, ...text, data: {} } });
    }
    forgetAct();
    announce({ ok: true, what: "did.undo", data: {} });
  } catch (problem) {
    if (problem instanceof ApiProblem) announce({ ok: false, what: "did.undo", error: problem.error });
  }
}

export function UndoBar() {
  const { t, said } = useTranslation();
  const last = useUndo((s) => s.last);
  const nowS = useNowS();
  if (last === null) return null;
  const left = Math.ceil(UNDO_S - (nowS - last.atS));
  if (left <= 0) return null;
  return (
    <button type="button" className="button undo" onClick={() => void undoLast()}>
      <Key>Ctrl Z</Key> {t("undo.offer")} <strong className="cut">{said(last.label)}</strong>{" "}
      <span className="num">0:{String(Math.min(left, UNDO_S)).padStart(2, "0")}</span>
    </button>
  );
}
