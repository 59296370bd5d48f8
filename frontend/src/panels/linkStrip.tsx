/** The link is lost: since when, how old what stands here is, and what happens to what is given meanwhile. */

import { useTranslation } from "../i18n/useTranslation";
import { useNowS } from "../live/clock";
import { useCentre } from "../live/store";
import { ageText, clockText } from "../ui/time";

export function LinkStrip() {
  const { t } = useTranslation();
  const { heardAt, lostSince } = useCentre((s) => s.link);
  const pending = useCentre((s) => s.outbox.size);
  const offsetMs = useCentre((s) => s.offsetMs);
  const nowS = useNowS();
  if (lostSince === null) return null;
  const since = lostSince + offsetMs;
  const asOf = (heardAt ?? lostSince) + offsetMs;
  return (
    <p className="link-strip" role="alert">
      <strong>{t("link.lost")}</strong>{" "}
      <span className="num">{ageText(nowS - since / 1000)}</span>{" "}
      {t("link.as_of", { time: clockText(asOf) })} · {t("link.kept", { count: pending })}
    </p>
  );
}
