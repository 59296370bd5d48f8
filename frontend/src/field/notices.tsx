/** What must be read before anything else: called off, withdrawn, turned down. */

import { useTranslation } from "../i18n/useTranslation";
import { useWords } from "../ui/words";
import { acknowledgeNotice, dismissRefusal, useField } from "./store";

export function Notices({ ofUnit }: { ofUnit?: string }) {
  const { t } = useTranslation();
  const notices = useField((s) => s.notices);
  const shown = notices.filter((notice) => ofUnit === undefined || notice.unitId === ofUnit);
  return shown.map((notice) => (
    <section key={`${notice.assignmentId}/${notice.kind}`} className="f-notice" role="alert">
      <div className="grow">
        <h2>{t(`field.notice.${notice.kind}`)}</h2>
        <p>
          <span className="num">{notice.number.slice(-4)}</span> {notice.address}
        </p>
        {notice.reason !== "" && <p>{notice.reason}</p>}
      </div>
      <button type="button" className="f-button" onClick={() => acknowledgeNotice(notice)}>
        {t("field.read")}
      </button>
    </section>
  ));
}

export function Refusals() {
  const { t } = useTranslation();
  const words = useWords();
  const refusals = useField((s) => s.refusals);
  return refusals.map((refusal) => (
    <section key={refusal.id} className="f-caution" role="alert">
      <div className="grow">
        <h2>{t("field.refused")}</h2>
        <p>{words.error(refusal.error)}</p>
        {refusal.words !== undefined && <p className="f-kept">{refusal.words}</p>}
      </div>
      <button type="button" className="f-button" onClick={() => dismissRefusal(refusal.id)}>
        {t("field.read")}
      </button>
    </section>
  ));
}
