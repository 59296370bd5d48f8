/** What goes by itself, and when; one key stops it. Only the running figure is drawn again every second. */
import { stopAutomatic } from "../../commands/actions";
import { useTranslation } from "../../i18n/useTranslation";
import { useNowS } from "../../live/clock";
import { useCentre } from "../../live/store";
import type { Incident, Leg } from "../../protocol";
import { listCounting } from "../../state/automatic";
import { Key } from "../../ui/marks";
import { useNames } from "../../ui/names";
import { ageText, clockText, distanceText } from "../../ui/time";
import { useWords } from "../../ui/words";

/** Time left, for the eye alone: beside it stands the moment, which a reader hears once. */
export function TimeLeft({ until }: { until: string }) {
  const nowS = useNowS();
  return (
    <span className="num warn strong-warn" aria-hidden="true">
      {ageText(Math.ceil(Date.parse(until) / 1000 - nowS))}
    </span>
  );
}

export function AutomaticBar({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const words = useWords();
  const rows = useCentre((s) => s.live.rows);
  const agencies = useCentre((s) => s.me?.agencies ?? null);
  const counting = listCounting(rows, incident, null);
  const mine = listCounting(rows, incident, agencies).length > 0;
  if (counting.length === 0) return null;
  return (
    <div className="actions pad automatic" role="status">
      {counting.map(({ leg, countdown }) => (
        <span key={leg.id}>
          <strong className="num">{words.line(leg.agency_id)}</strong>{" "}
          {t("automatic.goes", {
            units: countdown.unit_ids.map((id) => rows.unit.get(id)?.call_sign ?? id).join(", "),
            time: clockText(countdown.fires_at),
          })}{" "}
          <TimeLeft until={countdown.fires_at} />
          {countdown.taken_up && <span className="note"> {t("automatic.taken_up")}</span>}
        </span>
      ))}
      <span className="grow" />
      {mine && (
        <button type="button" className="button" onClick={() => void stopAutomatic(incident.id)}>
          <Key>F1</Key> {t("automatic.stop")}
        </button>
      )}
    </div>
  );
}

/** The incident that one may be the second of: number, type, and how far. */
export function secondText(words: ReturnType<typeof useWords>, number: string, type: string, distanceM: number | null): string {
  return `${number.slice(-4)} ${words.type(type)}${distanceM === null ? "" : `, ${distanceText(distanceM)}`}`;
}

/** How it ended on one part: it went, or who or what stopped it. */
export function AutomaticEnd({ leg }: { leg: Leg }) {
  const { t } = useTranslation();
  const words = useWords();
  const nameOf = useNames();
  const over = leg.automatic;
  if (!over || over.state === "armed") return null;
  if (over.state === "sent") return <span className="note">{t("automatic.sent")}</span>;
  const why = t(`automatic.why.${over.why ?? ""}`, { otherwise: over.why ?? "" });
  const { second_of: second } = over;
  return (
    <span className="note">
      {t("automatic.stopped", { why, name: nameOf(over.by ?? "") })}
      {second && ` · ${secondText(words, second.number, second.type_code, second.distance_m)}`}
    </span>
  );
}
