/** The two switches that every page has: its language and its look. Each names what a touch gives. */

import { useTranslation } from "../i18n/useTranslation";
import { setLang, setTheme, useUi } from "../state/ui";

interface Props {
  className?: string;
}

export function LangButton({ className = "button plain" }: Props) {
  const lang = useUi((s) => s.lang);
  return (
    <button type="button" className={className} onClick={() => setLang(lang === "vi" ? "en" : "vi")}>
      {lang === "vi" ? "English" : "Tiếng Việt"}
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
