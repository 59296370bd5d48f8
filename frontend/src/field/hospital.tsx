/** Where the patient goes: the hospitals that the centre proposes, each with why, taken by one touch. */
import { useEffect, useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import type { Assignment, Unit } from "../protocol";
import { useWords } from "../ui/words";
import { askHospitals, chosenOf, mayChoose, type HospitalAdvice, type HospitalOption } from "./hospitals";
import { isLive, tell, useField } from "./store";

/** Beds, diversions and roads change under way: asked again so often while nobody has chosen. */
const AGAIN_MS = 30_000;
const AT_FIRST = 3;

/** The newest proposal; the last one stays while there is no network. */
function useAdvice(assignmentId: string, typeCode: string, wanted: boolean): HospitalAdvice | null {
  const [advice, setAdvice] = useState<HospitalAdvice | null>(null);
  const live = useField((s) => isLive(s.link));
  useEffect(() => {
    if (!wanted || !live) return;
    let current = true;
    let timer: number | undefined;
    const again = () => {
      if (current) timer = window.setTimeout(look, AGAIN_MS);
    };
    const look = () => {
      askHospitals(assignmentId).then((found) => {
        if (current) setAdvice(found);
        again();
      }, again);
    };
    look();
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [assignmentId, typeCode, wanted, live]);
  return advice;
}

function Option({ option, first, onTake }: { option: HospitalOption; first: boolean; onTake: () => void }) {
  const { said } = useTranslation();
  const against = option.diverted || option.full || option.missing.length > 0;
  return (
    <button type="button" className={`f-button f-hospital ${first ? "f-best" : ""}`} onClick={onTake}>
      <span>{option.name}</span>
      <span className={against ? "f-against" : "note"}>{said(option.why)}</span>
    </button>
  );
}

interface ListProps {
  advice: HospitalAdvice | null;
  chosenId: string | null;
  onTake: (option: HospitalOption) => void;
}

function Proposed({ advice, chosenId, onTake }: ListProps) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  if (advice === null) return <p className="f-line note">{t("field.hospital.asking")}</p>;
  const others = advice.options.filter((option) => option.hospital_id !== chosenId);
  if (others.length === 0) return <p className="f-line note">{t("field.hospital.none")}</p>;
  const shown = all ? others : others.slice(0, AT_FIRST);
  return (
    <div className="f-hospitals">
      {advice.degraded && <p className="note">{t("field.straight")}</p>}
      {shown.map((option) => (
        <Option key={option.hospital_id} option={option} first={option === advice.options[0]} onTake={() => onTake(option)} />
      ))}
      {shown.length < others.length && (
        <button type="button" className="f-button" onClick={() => setAll(true)}>
          {t("field.hospital.more")}
        </button>
      )}
    </div>
  );
}

/** Nothing until the crew is at the scene, nor for those who bring nobody to hospitals. */
export function HospitalChoice({ unit, assignment, typeCode }: { unit: Unit; assignment: Assignment; typeCode: string }) {
  const { t } = useTranslation();
  const words = useWords();
  const queue = useField((s) => s.queue);
  const [changing, setChanging] = useState(false);
  const asked = mayChoose(unit, words.codes?.agencies[unit.agency_id], queue);
  const heard = assignment.hospital ?? null;
  const advice = useAdvice(assignment.id, typeCode, asked && (heard === null || changing));
  if (!asked) return null;
  const chosen = chosenOf(assignment, queue, advice?.options ?? []);
  const take = (option: HospitalOption) => {
    setChanging(false);
    void tell({
      type: "assignment.choose_hospital",
      assignment_id: assignment.id,
      hospital_id: option.hospital_id,
      travel_s: option.travel_s,
      proposed: advice?.options.map((known) => known.hospital_id) ?? [],
    });
  };
  return (
    <section className="f-line" aria-label={t("field.hospital.title")}>
      {chosen !== null && (
        <p className="f-step" role="status">
          {t("field.hospital.to")} <strong>{chosen.name}</strong>
        </p>
      )}
      {chosen === null || changing ? (
        <Proposed advice={advice} chosenId={chosen?.hospital_id ?? null} onTake={take} />
      ) : (
        <button type="button" className="f-button" onClick={() => setChanging(true)}>
          {t("field.hospital.change")}
        </button>
      )}
    </section>
  );
}
