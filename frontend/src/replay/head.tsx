/** Banner and header: that this is the past, whose eyes are on it and why, which instant, what is watched. */
import { useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import { LangButton, ThemeButton } from "../ui/switches";
import { Key } from "../ui/marks";
import { clockText, dateText } from "../ui/time";
import { useWords } from "../ui/words";
import { toggleOnly } from "./keys";
import { openDialog, setWhy, toggleAgency, useReplay } from "./store";
import { useChosen, usePlayhead } from "./use";
import { centreNow, simulated } from "./wire";

/** Kept with every look from then on; a change is taken when the field is left. */
function Why() {
  const { t } = useTranslation();
  const why = useReplay((s) => s.why);
  const [text, setText] = useState(why);
  return (
    <label className="replay-why">
      <span>{t("replay.why")}</span>
      <input
        value={text}
        maxLength={200}
        placeholder={t("replay.why_hint")}
        onChange={(e) => setText(e.target.value)}
        onBlur={() => setWhy(text.trim())}
        onKeyDown={(e) => e.key === "Enter" && e.currentTarget.blur()}
      />
    </label>
  );
}

function Switches() {
  return (
    <>
      <LangButton className="replay-plain" />
      <ThemeButton className="replay-plain" />
    </>
  );
}

export function Banner() {
  const { t } = useTranslation();
  const me = useCentre((s) => s.me);
  return (
    <div className={simulated === null ? "replay-banner" : "replay-banner replay-simulated"} role="region" aria-label={t("replay.banner")}>
      <strong className="mono">{t(simulated === null ? "replay.banner" : "replay.simulated")}</strong>
      {simulated !== null && <strong>{simulated.side.toUpperCase()}</strong>}
      <span className="cut">{t(simulated === null ? "replay.not_now" : "replay.not_real")}</span>
      <span className="grow" />
      {simulated === null && <Why />}
      {me !== null && <span className="replay-who">{t("replay.logged", { name: me.name })}</span>}
      <Switches />
      {me !== null && <span className="replay-mode mono">{t(`mode.${me.mode}`)}</span>}
    </div>
  );
}

function Clock() {
  const atMs = usePlayhead(100);
  const tenth = Math.floor(atMs / 100) % 10;
  return (
    <time className="replay-clock mono" dateTime={new Date(atMs).toISOString()}>
      {clockText(atMs)},{tenth}
    </time>
  );
}

function Day() {
  const { lang } = useTranslation();
  const atMs = usePlayhead(60_000);
  const weekday = new Intl.DateTimeFormat(lang, { weekday: "short", timeZone: "Asia/Ho_Chi_Minh" });
  return (
    <span className="note nowrap">
      {weekday.format(atMs)} <span className="num">{dateText(atMs)}</span>
    </span>
  );
}

function Watched() {
  const { t } = useTranslation();
  const words = useWords();
  const incident = useChosen();
  const chosen = useReplay((s) => s.overview?.chosen ?? null);
  const id = useReplay((s) => s.incidentId);
  if (id === null) return <span className="note">{t("replay.whole_city")}</span>;
  const number = incident?.number ?? chosen?.number ?? "";
  return (
    <span className="replay-watched">
      <span className="note">{t("replay.watching")}</span> <strong className="num">{number.slice(-4)}</strong>{" "}
      <strong className="replay-type">{words.type(incident?.type_code ?? chosen?.type_code ?? null)}</strong>{" "}
      {incident !== undefined && <span className="replay-address">{words.place(incident.place)}</span>}
    </span>
  );
}

function Filters() {
  const { t } = useTranslation();
  const words = useWords();
  const without = useReplay((s) => s.without);
  const only = useReplay((s) => s.only);
  const chosen = useReplay((s) => s.incidentId);
  const ids = Object.keys(words.codes?.agencies ?? {});
  return (
    <div className="replay-filters" role="group" aria-label={t("replay.filter")}>
      {ids.map((id) => (
        <button
          key={id}
          type="button"
          className="chip num"
          aria-pressed={!without.has(id)}
          title={words.agency(id)}
          onClick={() => toggleAgency(id)}
        >
          {words.line(id)}
        </button>
      ))}
      {chosen !== null && (
        <button type="button" className="chip" aria-pressed={only} onClick={toggleOnly}>
          <Key>O</Key> {t("replay.only")}
        </button>
      )}
    </div>
  );
}

function Chain() {
  const { t } = useTranslation();
  const link = useReplay((s) => s.link);
  if (link === null) return null;
  return (
    <span className="note replay-chain" title={link}>
      {t("replay.chain")}{" "}
      <span className="num">
        {link.slice(0, 4)}…{link.slice(-4)}
      </span>
    </span>
  );
}

export function Head({ onLeave }: { onLeave: () => void }) {
  const { t } = useTranslation();
  const presentMs = useReplay((s) => Math.max(s.presentMs, 0));
  return (
    <header className="replay-head">
      <h1 className="sr-only">{t("replay.banner")}</h1>
      <Clock />
      <Day />
      <span className="replay-rule" />
      <Watched />
      <Filters />
      <span className="grow" />
      <Chain />
      {simulated === null && (
        <button type="button" className="button" onClick={() => openDialog("export")}>
          <Key>E</Key> {t("replay.export")}
        </button>
      )}
      <button type="button" className="button" onClick={onLeave}>
        <Key>Esc</Key> {t(simulated === null ? "replay.back" : "replay.to_comparison")}
        {simulated === null && <> <span className="num note">{clockText(presentMs || centreNow()).slice(0, 5)}</span></>}
      </button>
    </header>
  );
}
