/** The keys of the page in one line; what is synthetic is said beside them. */
import { useTranslation } from "react-i18next";

import { useCentre } from "../live/store";
import { Key } from "../ui/marks";

const KEYS = ["F2", "F4", "F6", "F8", "F9", "N", "Esc", "?"] as const;

export function KeyBar() {
  const { t } = useTranslation();
  const city = useCentre((s) => s.city);
  const synthetic = useCentre((s) => [...s.live.rows.unit.values()].some((unit) => unit.synthetic));
  const mode = useCentre((s) => s.me?.mode);
  return (
    <footer className="keys">
      {KEYS.map((key) => (
        <span key={key}>
          <Key>{key}</Key> {t(`key.${key}`)}
        </span>
      ))}
      <span className="grow" />
      {mode !== undefined && mode !== "live" && <span className="warn">{t(`mode.not_live`)}</span>}
      {synthetic && <span>* {t("unit.synthetic")}</span>}
      {city?.generated && <span className="warn">{t("city.generated")}</span>}
    </footer>
  );
}
