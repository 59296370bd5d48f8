/** The console's head: mode, desk, person, alerts by level, sound, link and the room's clock. */

import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";
import { CHIEFS } from "../replay/roles";
import { SoundSign } from "../sounds";
import type { AlertBoard } from "../state/alerts";
import { useUi } from "../state/ui";
import { AlertMark } from "../ui/marks";
import { CallStrip } from "./calls";
import { DeskMenu } from "./deskMenu";
import { LinkBadge, ModeBadge, RoomClock, Switches } from "./headPieces";

/** What stands unclaimed, by level: the numbers that the band below has no room to show. */
function Lamps({ alerts }: { alerts: AlertBoard }) {
  const { t } = useTranslation();
  const { A, B, C } = alerts.unclaimed;
  return (
    <button
      type="button"
      className="button plain lamps"
      onClick={() => useUi.setState({ pane: "alerts" })}
    >
      <span className="sr-only">{t("alert.lamps", { a: A, b: B, c: C })}</span>
      <span className={`lamp ${A > 0 ? "lamp-lit" : ""}`} aria-hidden="true">
        <AlertMark level="A" /> <span className="num">{A}</span> {A > 0 && <span className="lamp-words">{t("alert.nobody")}</span>}
      </span>
      <span className="lamp" aria-hidden="true">
        <AlertMark level="B" /> <span className="num">{B}</span>
      </span>
      <span className="lamp" aria-hidden="true">
        <AlertMark level="C" /> <span className="num">{C}</span>
      </span>
    </button>
  );
}

export function Header({ alerts }: { alerts: AlertBoard }) {
  const { t } = useTranslation();
  const me = useCentre((s) => s.me);
  if (me === null) return null;
  return (
    <header className="header">
      <ModeBadge />
      <h1 className="sr-only">{t("title")}</h1>
      <DeskMenu />
      <span className="person cut">
        {me.name} <span className="note">{t(`role.${me.role}`)}</span>
      </span>
      {CHIEFS.has(me.role) && (
        <a className="button plain" href="/supervisor">
          {t("desk.supervisor")}
        </a>
      )}
      <CallStrip />
      <span className="grow" />
      <Lamps alerts={alerts} />
      <SoundSign />
      <LinkBadge />
      <Switches />
      <RoomClock />
    </header>
  );
}
