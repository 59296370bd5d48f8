/** Incidents that a report may concern, with what differs; F6 adds the report to the first. */

import { useTranslation } from "../../i18n/useTranslation";
import { useCentre } from "../../live/store";
import type { Difference, Duplicate, Incident, QuestionSet } from "../../protocol";
import { answerDifferences } from "../../state/duplicates";
import type { Form } from "../../state/forms";
import { questionsFor } from "../../state/questions";
import { Age, Key, PanelHead, PriorityMark } from "../../ui/marks";
import { distanceText } from "../../ui/time";
import { useWords } from "../../ui/words";

/** What callers answered, in the words of their questions. */
function AnswerRows({ set, differences }: { set: QuestionSet; differences: readonly Difference[] }) {
  const { t } = useTranslation();
  const words = useWords();
  return differences.map((d) => {
    const question = set.questions.find((q) => q.code === d.field);
    const said = (code: string) => words.label(question?.choices.find((c) => c.code === code)?.label, code);
    return (
      <tr key={`answer ${d.field}`}>
        <th scope="row">{words.label(question?.label, d.field)}</th>
        <td>{said(d.incident)}</td>
        <td className={d.same ? "" : "strong"}>
          <span aria-label={t(d.same ? "duplicate.same" : "duplicate.different")}>{d.same ? "=" : "≠"}</span> {said(d.report)}
        </td>
      </tr>
    );
  });
}

/** The newest words of this caller: what its units would get. */
function NewRow({ form }: { form: Form }) {
  const { t } = useTranslation();
  const newest = form.line.trim() || (form.lines.at(-1)?.text ?? "");
  if (newest === "") return null;
  return (
    <tr>
      <th scope="row">{t("calls.newest")}</th>
      <td>–</td>
      <td className="strong">
        <span aria-label={t("duplicate.different")}>≠</span> {newest}
      </td>
    </tr>
  );
}

interface DifferencesProps {
  incident: Incident;
  differences: readonly Difference[];
  form: Form | null;
}

function Differences({ incident, differences, form }: DifferencesProps) {
  const { t } = useTranslation();
  const words = useWords();
  const reports = useCentre((s) => s.live.rows.report);
  const set = form === null ? null : questionsFor(words.codes, form.typeCode);
  const own = incident.report_ids.flatMap((id) => reports.get(id) ?? []);
  const answers = set === null || form === null ? [] : answerDifferences(own, set.code, form.answers[set.code] ?? {});
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
            <th scope="row">{t(`duplicate.of.${d.field}`, { otherwise: d.field })}</th>
            <td>{shown(d, d.incident)}</td>
            <td className={d.same || d.report === "" ? "" : "strong"}>
              {d.report !== "" && <span aria-label={t(d.same ? "duplicate.same" : "duplicate.different")}>{d.same ? "=" : "≠"}</span>}{" "}
              {shown(d, d.report)}
            </td>
          </tr>
        ))}
        {set !== null && <AnswerRows set={set} differences={answers} />}
        {form !== null && <NewRow form={form} />}
      </tbody>
    </table>
  );
}

interface Props {
  /** The form that is being typed, with its answers and words. */
  form?: Form;
  duplicates: readonly Duplicate[];
  onAttach: (incidentId: string) => void;
  /** Whether F6 stands for the first. */
  keyed?: boolean;
}

interface ItemProps {
  duplicate: Duplicate;
  incident: Incident;
  first: boolean;
  form: Form | null;
  onAttach: () => void;
}

function Item({ duplicate, incident, first, form, onAttach }: ItemProps) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <li className="duplicate">
      <div className="title-line">
        <PriorityMark priority={incident.priority} />
        <span className="num note">{incident.number.slice(-4)}</span>
        <strong className="type">{words.type(incident.type_code)}</strong>
        <span className="grow" />
        {incident.state !== "open" && <span className="badge">{t(`calls.incident_state.${incident.state}`)}</span>}
        <Age since={incident.opened_at} />
      </div>
      <p className="note">
        {words.place(incident.place)}
        {duplicate.distance_m !== null && <> · {t("duplicate.away", { distance: distanceText(duplicate.distance_m) })}</>}
        {duplicate.why.map((why) => ` · ${t(`duplicate.why.${why}`, { otherwise: why })}`)}
      </p>
      {duplicate.differences.length > 0 && <Differences incident={incident} differences={duplicate.differences} form={form} />}
      <button type="button" className={`button ${first ? "primary" : ""}`} onClick={onAttach}>
        {first && <Key>F6</Key>} {t("duplicate.attach", { number: incident.number.slice(-4) })}
      </button>
    </li>
  );
}

export function Duplicates({ duplicates, onAttach, keyed = true, form }: Props) {
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
            form={form ?? null}
            onAttach={() => onAttach(incident.id)}
          />
        ))}
      </ul>
    </section>
  );
}
