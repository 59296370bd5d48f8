/** What is known beside the form: history of number and address, what was said, who else types. */
import { useEffect, useState } from "react";

import { clearNuisance } from "../../commands/actions";
import { useTranslation } from "../../i18n/useTranslation";
import { formsApi, type KeptForm } from "../../live/forms";
import { ApiProblem } from "../../live/http";
import { announce, useCentre } from "../../live/store";
import { useTyping } from "../../live/typing";
import type { DraftLine, KnownCaution, PastReport } from "../../protocol";
import { wordsOf } from "../../state/facts";
import { takeForm, useForms, type Form } from "../../state/forms";
import { select } from "../../state/ui";
import { Age, PanelHead } from "../../ui/marks";
import { clockText, dateText, distanceText } from "../../ui/time";
import { useWords } from "../../ui/words";
import { ReasonForm } from "../alertActs";
import { saveForm } from "../calls/keeper";
import { usePast } from "./lookBack";

function ReportLine({ report }: { report: PastReport }) {
  const { t } = useTranslation();
  const words = useWords();
  const ended = report.ended_reason;
  const became =
    ended !== null
      ? words.label(words.codes?.end_reasons[ended], ended)
      : report.outcomes.map((code) => words.label(words.codes?.outcomes[code], code)).join(", ") || t(`calls.became.${report.status}`);
  return (
    <li className="past-line">
      <span className="num note">{dateText(report.at)}</span>
      <span>
        {report.number !== null && (
          <button
            type="button"
            className="button plain"
            onClick={() => report.incident_id !== null && select({ kind: "incident", id: report.incident_id })}
          >
            <span className="num">{report.number}</span>
          </button>
        )}{" "}
        {words.type(report.type_code)} · {report.place !== "" && `${report.place} · `}
        <span className="strong">{became}</span>
      </span>
    </li>
  );
}

interface NuisanceProps {
  form: Form;
  count: number;
  lastAt: string;
  past: readonly PastReport[];
}

/** That the number was a nuisance, and the way to take that back: on the report in hand, or on one the centre still works with. */
function Nuisance({ form, count, lastAt, past }: NuisanceProps) {
  const { t } = useTranslation();
  const [clearing, setClearing] = useState(false);
  const [cleared, setCleared] = useState(false);
  const reports = useCentre((s) => s.live.rows.report);
  const reportId = [form.reportId, ...past.map((report) => report.id)].find((id) => id !== null && reports.has(id)) ?? null;
  if (cleared) return <p className="past-line note">{t("calls.nuisance_cleared")}</p>;
  const clear = (reason: string) =>
    clearNuisance(reportId ?? "", reason).then((outcome) => {
      setCleared(outcome.ok);
      return outcome;
    });
  return (
    <>
      <p className="past-line">
        <span className="warn">{t("calls.nuisance", { count })}</span>
        <span>
          {t("calls.nuisance_note", { date: dateText(lastAt) })}{" "}
          {reportId !== null && (
            <button type="button" className="button plain" onClick={() => setClearing(true)}>
              {t("calls.nuisance_clear")}
            </button>
          )}
        </span>
      </p>
      {clearing && (
        <ReasonForm
          id="nuisance-reason"
          title={t("calls.nuisance_clear_title")}
          label={t("calls.nuisance_reason")}
          submit={t("calls.nuisance_clear")}
          onSubmit={clear}
          onDone={() => setClearing(false)}
        />
      )}
    </>
  );
}

/** What is dangerous here is read before what happened here. */
function CautionLine({ caution }: { caution: KnownCaution }) {
  const { t } = useTranslation();
  const scope = caution.scope === "number" ? "fact.standing_number" : "fact.standing_place";
  return (
    <li className="past-line">
      <span className="num note">{dateText(caution.at)}</span>
      <span>
        <span className="warn">
          <span aria-hidden="true">⚠</span> {t("fact.caution")}:{" "}
          <strong>{wordsOf(caution, t)}</strong>
        </span>{" "}
        <span className="badge">
          {caution.beside ? t("calls.beside", { at: distanceText(caution.distance_m ?? 0) }) : t(scope)}
        </span>{" "}
        <span className="note">
          {caution.source} · {t("fact.until", { time: dateText(caution.expires_at) })}
        </span>
      </span>
    </li>
  );
}

export function Past({ form }: { form: Form }) {
  const { t } = useTranslation();
  const words = useWords();
  const past = usePast(form);
  const number = past?.number ?? null;
  const nothing = number === null || number.reports.length + number.calls.length === 0;
  return (
    <section aria-label={t("calls.past")}>
      <PanelHead title={t("calls.past")} />
      {number?.nuisance != null && (
        <Nuisance form={form} count={number.nuisance.count} lastAt={number.nuisance.last_at} past={number.reports} />
      )}
      <ul>
        {past?.cautions.map((caution) => <CautionLine key={caution.id} caution={caution} />)}
        {number?.reports.map((report) => <ReportLine key={report.id} report={report} />)}
        {number?.calls.map((call) => (
          <li key={call.id} className="past-line">
            <span className="num note">{dateText(call.at)}</span>
            <span>
              {t(call.silent ? "calls.was_silent" : "calls.was_call", { line: call.line })}
              {call.call_back_due && <span className="warn"> · {t("calls.due")}</span>}
            </span>
          </li>
        ))}
        {past?.address.map((incident) => (
          <li key={incident.id} className="past-line">
            <span className="num note">{dateText(incident.at)}</span>
            <span>
              <button type="button" className="button plain" onClick={() => select({ kind: "incident", id: incident.id })}>
                <span className="num">{incident.number}</span>
              </button>{" "}
              {words.type(incident.type_code)} · {incident.place} ·{" "}
              <span className="strong">
                {incident.outcomes.map((code) => words.label(words.codes?.outcomes[code], code)).join(", ") ||
                  t(`calls.incident_state.${incident.state}`)}
              </span>
            </span>
          </li>
        ))}
      </ul>
      {nothing && past?.address.length === 0 && past.cautions.length === 0 && <p className="empty">{t("calls.no_past")}</p>}
      {past === null && <p className="empty">{t("calls.past_waits")}</p>}
    </section>
  );
}

export function SaidLines({ form }: { form: Form }) {
  const { t } = useTranslation();
  const report = useCentre((s) => (form.reportId === null ? undefined : s.live.rows.report.get(form.reportId)));
  // A report that was opened again tells what was said in the call before.
  const before = report !== undefined && form.given.receive === undefined ? report.words.filter((line) => line !== null) : [];
  const own = new Set(form.lines.map((said) => said.text));
  const earlier = before.filter((line) => !own.has(line));
  return (
    <section aria-label={t("calls.said")}>
      <PanelHead title={t("calls.said")} note={t("calls.said_note")} />
      <ol>
        {earlier.map((line, i) => (
          <li key={`before ${i}`} className="said-line">
            <span className="num note">{report !== undefined && clockText(report.received_at)}</span>
            <span>“{line}”</span>
          </li>
        ))}
        {form.lines.map((said, i) => (
          <li key={`${said.at}${i}`} className="said-line">
            <time className="num note" dateTime={said.at}>
              {clockText(said.at)}
            </time>
            <span className={i === form.lines.length - 1 ? "strong" : ""}>“{said.text}”</span>
          </li>
        ))}
      </ol>
      {form.lines.length + earlier.length === 0 && <p className="empty">{t("calls.nothing_said")}</p>}
    </section>
  );
}

/** A colleague's whole form, to be read; taking it means to go on with it here. */
function Whole({ kept }: { kept: KeptForm }) {
  const { t } = useTranslation();
  const words = useWords();
  const body = kept.body as unknown as Form;
  // As it stands now: what a colleague has typed since it was last read here must not be lost.
  const take = () =>
    void formsApi.read(kept.id).then(
      ({ body: newest }) => {
        takeForm(newest as unknown as Form);
        void saveForm(kept.id, true);
      },
      (problem: unknown) => problem instanceof ApiProblem && announce({ ok: false, what: "calls.go_on_with", error: problem.error }),
    );
  return (
    <div className="typing-whole">
      <p>
        <strong>{body.place?.label ?? body.heard}</strong> · {words.type(body.typeCode)} · <span className="num">{body.phone}</span>{" "}
        {body.name}
      </p>
      {body.lines.map((said, i) => (
        <p key={i}>
          <span className="num note">{clockText(said.at)}</span> “{said.text}”
        </p>
      ))}
      {body.line !== "" && <p className="note">“{body.line}…”</p>}
      <div className="actions">
        <button type="button" className="button" onClick={take}>
          {t("calls.go_on_with")}
        </button>
      </div>
    </div>
  );
}

function TypingLine({ line, own }: { line: DraftLine; own: boolean }) {
  const { t } = useTranslation();
  const words = useWords();
  const [open, setOpen] = useState(false);
  const [kept, setKept] = useState<KeptForm | null>(null);
  const { id, changed_at } = line;
  useEffect(() => {
    if (!open) return;
    let over = false;
    formsApi.read(id).then((form) => over || setKept(form), () => undefined); // the line goes with the form
    return () => {
      over = true;
    };
  }, [open, id, changed_at]);
  return (
    <li>
      <div className="typing-line">
        <strong>{own ? t("calls.you_elsewhere") : line.user_name}</strong>
        <span className="cut">
          {line.where || t("place.unknown")} · {words.type(line.what || null)}
        </span>
        <Age since={line.changed_at} className="note" />
        <button type="button" className="button plain" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t("calls.read_form")}
        </button>
      </div>
      {open && kept !== null && <Whole kept={kept} />}
    </li>
  );
}

export function Typing() {
  const { t } = useTranslation();
  const lines = useTyping((s) => s.lines);
  const here = useForms((s) => s.forms);
  const me = useCentre((s) => s.me?.id);
  const shown = lines.filter((line) => !here.has(line.id));
  return (
    <section aria-label={t("calls.typing")}>
      <PanelHead title={t("calls.typing")} note={shown.length === 0 ? t("calls.nobody_types") : String(shown.length)} />
      <ul>
        {shown.map((line) => (
          <TypingLine key={line.id} line={line} own={line.user_id === me} />
        ))}
      </ul>
    </section>
  );
}
