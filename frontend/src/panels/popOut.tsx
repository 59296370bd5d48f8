/** A pane's way into a window of its own; in such a window there is nothing to pop out. */

import { useTranslation } from "../i18n/useTranslation";
import { popOut } from "../state/share";
import { useUi } from "../state/ui";

export function PopOut({ pane }: { pane: "queue" | "map" | "board" }) {
  const { t } = useTranslation();
  const alone = useUi((s) => s.window !== null);
  if (alone) return null;
  return (
    <button type="button" className="button plain icon" aria-label={t("window.pop_out")} title={t("window.pop_out")} onClick={() => popOut(pane)}>
      <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
        <path d="M6 2h8v8M14 2L7 9M11 9v5H2V5h5" fill="none" stroke="currentColor" strokeWidth="1.4" />
      </svg>
    </button>
  );
}
