/** What the head of every page of the room holds: mode, link, languages, look, and the room's clock. */

import { useTranslation } from "../i18n/useTranslation";
import { useNowS } from "../live/clock";
import { api } from "../live/http";
import { disconnect, useCentre } from "../live/store";
import { LangButton, ThemeButton } from "../ui/switches";
import { ageText, clockText, dateText } from "../ui/time";

export function ModeBadge() {
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
    <span className={`link ${lostSince === null ? "" : "link-lost"}`}>
      <span aria-hidden="true">✕</span> {t("link.connecting")}{" "}
      <span className="num">{lost}</span>
      {waiting}
    </span>
  );
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

export function Switches() {
  const { t } = useTranslation();
  const leave = () => void api.signOut().finally(disconnect);
  return (
    <>
      <LangButton />
      <ThemeButton />
      <button type="button" className="button plain" onClick={leave}>
        {t("sign_out")}
      </button>
    </>
  );
}
