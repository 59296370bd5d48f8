/** The head of the pages beside the console: mode, what this is, where else to go, link and clock. */
import "./pageHead.css";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useNowS } from "../live/clock";
import { api } from "../live/http";
import { disconnect, useCentre } from "../live/store";
import { LinkBadge } from "../panels/header";
import { setLang, setTheme, useUi } from "../state/ui";
import { clockText, dateText } from "../ui/time";

export function ModeSign() {
  const { t } = useTranslation();
  const mode = useCentre((s) => s.me?.mode);
  return mode === undefined ? null : <span className={`mode mode-${mode}`}>{t(`mode.${mode}`)}</span>;
}

export function RoomClock() {
  const nowS = useNowS();
  return (
    <span className="clock">
      <span className="note num">{dateText(nowS * 1000)}</span>
      <time className="num" dateTime={new Date(nowS * 1000).toISOString()}>
        {clockText(nowS * 1000)}
      </time>
    </span>
  );
}

function Switches() {
  const { t } = useTranslation();
  const lang = useUi((s) => s.lang);
  const theme = useUi((s) => s.theme);
  const leave = () => void api.signOut().finally(disconnect);
  return (
    <>
      <button type="button" className="button plain" onClick={() => setLang(lang === "vi" ? "en" : "vi")}>
        {lang === "vi" ? "English" : "Tiếng Việt"}
      </button>
      <button type="button" className="button plain" onClick={() => setTheme(theme === "dark" ? "light" : "dark")}>
        {t(theme === "dark" ? "theme.light" : "theme.dark")}
      </button>
      <button type="button" className="button plain" onClick={leave}>
        {t("sign_out")}
      </button>
    </>
  );
}

interface Props {
  title: string;
  note?: ReactNode;
  links: { href: string; text: string }[];
  children?: ReactNode;
}

export function PageHead({ title, note, links, children }: Props) {
  const { t } = useTranslation();
  const me = useCentre((s) => s.me);
  return (
    <header className="header page-head">
      <ModeSign />
      <h1>{title}</h1>
      {note !== undefined && <span className="note">{note}</span>}
      {children}
      <span className="grow" />
      <nav aria-label={t("supervisor.pages")}>
        {links.map(({ href, text }) => (
          <a key={href} className="button plain" href={href}>
            {text}
          </a>
        ))}
      </nav>
      <span className="person cut">{me?.name}</span>
      <LinkBadge />
      <Switches />
      <RoomClock />
    </header>
  );
}
