/** What failed when figures were last asked for; the older ones stay on the screen. */

import { useTranslation } from "../i18n/useTranslation";
import { useWords } from "../ui/words";
import type { Polled } from "./data";

export function Trouble({ polled }: { polled: Polled<unknown> }) {
  const { t } = useTranslation();
  const words = useWords();
  if (polled.error === null) return polled.data === null ? <p className="empty">{t("supervisor.counting")}</p> : null;
  return (
    <p className="trouble warn" role="status">
      {words.error(polled.error)} {polled.data !== null && t("supervisor.older")}
      <button type="button" className="button" onClick={polled.again}>
        {t("supervisor.again")}
      </button>
    </p>
  );
}
