/** Names of those who act: people and units as they are known to the log, the centre as itself. */
import type { Translate } from "../i18n";
import { useTranslation } from "../i18n/useTranslation";
import { useCentre } from "../live/store";

const CODE_LETTERS = 4;

/** A device that told something has no name: what it is, and enough of its id to tell it from another. */
export function deviceName(actorId: string, t: Translate): string | undefined {
  if (!actorId.startsWith("device-")) return undefined;
  return t("actor.device", { code: actorId.slice(-CODE_LETTERS).toUpperCase() });
}

export function useNames(): (actorId: string) => string {
  const { t } = useTranslation();
  const me = useCentre((s) => s.me);
  const people = useCentre((s) => s.live.rows.person);
  return (actorId) => {
    if (actorId === me?.id) return me.name;
    if (actorId === "centre" || actorId === "system" || actorId === "timers") return t("actor.centre");
    return people.get(actorId)?.name ?? deviceName(actorId, t) ?? actorId;
  };
}
