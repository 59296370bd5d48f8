/** Mode, station, link, sound and clock. */

import { ModeMark, QueueBadge } from "../field/header";
import { isLive, rest, useField } from "../field/store";
import { playTone, unlockSound, useSoundOn } from "../field/tone";
import { useTranslation } from "../i18n/useTranslation";
import { useNowS } from "../live/clock";
import { api } from "../live/http";
import { forget } from "../live/remembered";
import { disconnect, useCentre } from "../live/store";
import { Key } from "../ui/marks";
import { LangButton, ThemeButton } from "../ui/switches";
import { clockText } from "../ui/time";

function LinkMark() {
  const { t } = useTranslation();
  const live = useField((s) => isLive(s.link));
  return <span className={live ? "" : "link-lost"}>{live ? `● ${t("station.linked")}` : `✕ ${t("station.unlinked")}`}</span>;
}

function SoundButton() {
  const { t } = useTranslation();
  const on = useSoundOn();
  return (
    <button
      type="button"
      className={`button ${on ? "plain" : "st-mute"}`}
      onClick={() => void unlockSound().then(() => playTone("test"))}
    >
      {t(on ? "station.sound_on" : "station.sound_off")} <Key>T</Key> {t("station.test")}
    </button>
  );
}

function Clock() {
  const nowS = useNowS();
  return (
    <time className="num st-clock" dateTime={new Date(nowS * 1000).toISOString()}>
      {clockText(nowS * 1000)}
    </time>
  );
}

function leave(): void {
  rest();
  forget();
  void api.signOut().finally(disconnect);
}

export function StationHeader() {
  const { t } = useTranslation();
  const me = useCentre((s) => s.me);
  return (
    <header className="st-head">
      <ModeMark />
      <h1>{me?.name}</h1>
      <span className="note">{t("role.station")}</span>
      <span className="grow" />
      <QueueBadge />
      <LinkMark />
      <SoundButton />
      <LangButton />
      <ThemeButton />
      <button type="button" className="button plain" onClick={leave}>
        {t("sign_out")}
      </button>
      <Clock />
    </header>
  );
}
