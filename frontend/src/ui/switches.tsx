/** The two switches that every page has: its language and its look. Each names what a touch gives. */

import { useState } from "react";

import { changeLang } from "../i18n";
import { useTranslation } from "../i18n/useTranslation";
import { setTheme, useUi } from "../state/ui";

interface Props {
  className?: string;
}

export function LangButton({ className = "button plain" }: Props) {
  const { t } = useTranslation();
  const other = useUi((s) => (s.lang === "vi" ? "en" : "vi"));
  const [failed, setFailed] = useState(false);
  const name = other === "en" ? "English" : "Tiếng Việt";
  const change = () =>
    changeLang(other).then(
      () => setFailed(false),
      () => setFailed(true),
    );
  return (
    <button type="button" className={className} onClick={() => void change()}>
      {failed ? <span aria-live="assertive">{t("lang.not_here", { name })}</span> : name}
    </button>
  );
}

export function ThemeButton({ className = "button plain" }: Props) {
  const { t } = useTranslation();
  const theme = useUi((s) => s.theme);
  return (
    <button type="button" className={className} onClick={() => setTheme(theme === "dark" ? "light" : "dark")}>
      {t(theme === "dark" ? "theme.light" : "theme.dark")}
    </button>
  );
}
