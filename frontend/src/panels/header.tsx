/** Mode, person, link, languages and the room's clock. */
import { useTranslation } from "react-i18next";

import { signOnSeat } from "../commands/actions";
import { useNowS } from "../live/clock";
import { api } from "../live/http";
import { disconnect, useCentre } from "../live/store";
import { setLang, setTheme, useUi } from "../state/ui";
import { ageText, clockText, dateText } from "../ui/time";
import { useWords } from "../ui/words";

function ModeBadge() {
  const { t } = useTranslation();
  const mode = useCentre((s) => s.me?.mode);
  return mode === undefined ? null : <span className={`mode mode-${mode}`}>{t(`mode.${mode}`)}</span>;
}

/** The link's truth: age of the centre's last word, or since when nothing came. */
export function LinkBadge() {
  const { t } = useTranslation();
  const { heardAt, lostSince, phase } = useCentre((s) => s.link);
  const pending = useCentre((s) => s.outbox.size);
  const offsetMs = useCentre((s) => s.offsetMs);
  const nowMs = useNowS() * 1000 - offsetMs;
  const waiting = pending > 0 ? ` · ${t("link.pending", { count: pending })}` : "";
  if (phase === "live" && lostSince === null) {
    const age = heardAt === null ? 0 : Math.max(0, (nowMs - heardAt) / 1000);
    return (
      <span className="link">
        <span aria-hidden="true">●</span> {t("link.live")} <span className="num">{age.toFixed(0)} s</span>
        {waiting}
      </span>
    );
  }
  const lost = lostSince === null ? "" : ageText((nowMs - lostSince) / 1000);
  return (
    <span className={`link ${lostSince === null ? "" : "link-lost"}`} role={lostSince === null ? undefined : "alert"}>
      <span aria-hidden="true">✕</span> {t(lostSince === null ? "link.connecting" : "link.lost")}{" "}
      <span className="num">{lost}</span>
      {waiting}
    </span>
  );
}

/** Where this person sits; a desk without anybody is somebody's worry. */
function DeskPicker() {
  const { t } = useTranslation();
  const me = useCentre((s) => s.me);
  const desks = useCentre((s) => s.live.rows.desk);
  const seats = useCentre((s) => s.live.rows.seat);
  const mine = [...seats.values()].find((seat) => seat.user_id === me?.id);
  if (me === null || desks.size === 0) return null;
  const open = [...desks.values()].filter((desk) => desk.agencies.some((id) => me.agencies.includes(id)));
  return (
    <label>
      <span className="sr-only">{t("desk.title")}</span>
      <select
        className="select"
        value={mine?.desk_ids[0] ?? ""}
        onChange={(e) => e.target.value !== "" && void signOnSeat(me.id, e.target.value)}
      >
        <option value="">{t("desk.none")}</option>
        {open.map((desk) => (
          <option key={desk.id} value={desk.id}>
            {desk.name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Clock() {
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

export function Header() {
  const { t } = useTranslation();
  const me = useCentre((s) => s.me);
  const city = useCentre((s) => s.city);
  const words = useWords();
  if (me === null) return null;
  return (
    <header className="header">
      <ModeBadge />
      <h1>{city?.name ?? t("title")}</h1>
      {city?.generated && <span className="badge warn">{t("city.generated")}</span>}
      <DeskPicker />
      <span className="note cut">
        {me.name} · {t(`role.${me.role}`)} · {me.agencies.map((id) => words.line(id)).join(" · ")}
      </span>
      <span className="grow" />
      <Switches />
      <LinkBadge />
      <Clock />
    </header>
  );
}
