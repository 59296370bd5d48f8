/** The keys of the page in one line; what is synthetic is said beside them. */

import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import { useDeskAgencies } from "../state/desk";
import { useUi } from "../state/ui";
import { Key } from "../ui/marks";

const KEYS = ["F2", "F8", "F9", "F4", "F6", "F7", "F3", "N", "Esc", "?"] as const;

/** Calls that hung up and wait for somebody to ring back. */
function CallsToReturn() {
  const { t } = useTranslation();
  const agencies = useDeskAgencies();
  const count = useCentre(
    (s) => [...s.live.rows.call.values()].filter((c) => c.call_back_due && (agencies?.includes(c.agency_id) ?? true)).length,
  );
  return count === 0 ? null : <span className="warn">{t("key.call_backs", { count })}</span>;
}

export function KeyBar() {
  const { t } = useTranslation();
  const city = useCentre((s) => s.city);
  const synthetic = useCentre((s) => [...s.live.rows.unit.values()].some((unit) => unit.synthetic));
  const mode = useCentre((s) => s.me?.mode);
  return (
    <footer className="keys">
      {KEYS.map((key) => (
        <span key={key}>
          {key === "?" ? (
            <button type="button" className="button plain" onClick={() => useUi.setState({ pane: "help" })}>
              <Key>?</Key> {t("key.?")}
            </button>
          ) : (
            <>
              <Key>{key}</Key> {t(`key.${key}`)}
            </>
          )}
        </span>
      ))}
      <span className="grow" />
      <CallsToReturn />
      {mode !== undefined && mode !== "live" && <span className="warn">{t(`mode.not_live`)}</span>}
      {synthetic && <span>* {t("unit.synthetic")}</span>}
      {city?.generated && <span className="warn">{t("city.generated")}</span>}
    </footer>
  );
}
