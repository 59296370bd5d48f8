/** Incidents that a report may concern, with what differs; F6 adds the report to the first. */
import { useTranslation } from "react-i18next";

import { useCentre } from "../../live/store";
import type { Difference, Duplicate, Incident } from "../../protocol";
import { Age, Key, PanelHead, PriorityMark } from "../../ui/marks";
import { distanceText } from "../../ui/time";
import { useWords } from "../../ui/words";

function Differences({ differences }: { differences: readonly Difference[] }) {
  const { t } = useTranslation();
  const words = useWords();
  const shown = (d: Difference, text: string) => (d.field === "type" && text !== "" ? words.type(text) : text || "–");
  return (
    <table className="differences">
      <thead>
        <tr>
          <th scope="col">{t("duplicate.field")}</th>
          <th scope="col">{t("duplicate.incident")}</th>
          <th scope="col">{t("duplicate.report")}</th>
        </tr>
      </thead>
      <tbody>
        {differences.map((d) => (
          <tr key={d.field}>
            <th scope="row">{t(`duplicate.of.${d.field}`, { defaultValue: d.field })}</th>
            <td>{shown(d, d.incident)}</td>
            <td className={d.same ? "" : "strong"}>
              <span aria-label={t(d.same ? "duplicate.same" : "duplicate.different")}>{d.same ? "=" : "≠"}</span>{" "}
              {shown(d, d.report)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface Props {
  duplicates: readonly Duplicate[];
  onAttach: (incidentId: string) => void;
  /** Whether F6 stands for the first. */
  keyed?: boolean;
}

function Item({ duplicate, incident, first, onAttach }: { duplicate: Duplicate; incident: Incident; first: boolean; onAttach: () => void }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <li className="duplicate">
      <div className="title-line">
        <PriorityMark priority={incident.priority} />
        <span className="num note">{incident.number.slice(-4)}</span>
        <strong className="type">{words.type(incident.type_code)}</strong>
        <span className="grow" />
        <Age since={incident.opened_at} />
      </div>
      <p className="note">
        {words.place(incident.place)}
        {duplicate.distance_m !== null && <> · {t("duplicate.away", { distance: distanceText(duplicate.distance_m) })}</>}
        {duplicate.why.map((why) => ` · ${t(`duplicate.why.${why}`, { defaultValue: why })}`)}
      </p>
      {duplicate.differences.length > 0 && <Differences differences={duplicate.differences} />}
      <button type="button" className={`button ${first ? "primary" : ""}`} onClick={onAttach}>
        {first && <Key>F6</Key>} {t("duplicate.attach", { number: incident.number.slice(-4) })}
      </button>
    </li>
  );
}

export function Duplicates({ duplicates, onAttach, keyed = true }: Props) {
  const { t } = useTranslation();
  const incidents = useCentre((s) => s.live.rows.incident);
  const known = duplicates.flatMap((duplicate) => {
    const incident = incidents.get(duplicate.incident_id);
    return incident ? [{ duplicate, incident }] : [];
  });
  if (known.length === 0) return null;
  return (
    <section aria-label={t("duplicate.title")}>
      <PanelHead title={t("duplicate.title")} note={String(known.length)} />
      <ul>
        {known.map(({ duplicate, incident }, i) => (
          <Item
            key={incident.id}
            duplicate={duplicate}
            incident={incident}
            first={keyed && i === 0}
            onAttach={() => onAttach(incident.id)}
          />
        ))}
      </ul>
    </section>
  );
}
