/** One touch away: every status, "cannot go", the crew, and how this device looks and sounds. */
import { useState } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { api } from "../live/http";
import { disconnect } from "../live/store";
import { forget } from "../live/remembered";
import type { Assignment, Phase, Unit } from "../protocol";
import { useUi } from "../state/ui";
import { StatusMark } from "../ui/marks";
import { LangButton } from "../ui/switches";
import { useWords } from "../ui/words";
import { CrewForm } from "./crewForm";
import { chooseLook, useLook } from "./daylight";
import { DeclineReasons } from "./decline";
import { Sheet } from "./sheet";
import { allStatuses, type StatusCode } from "./statuses";
import { rest, tell } from "./store";
import { playTone } from "./tone";

interface OutcomeProps {
  onChoose: (outcome: string | null) => void;
  onClose: () => void;
}

/** How it ended; "no outcome" is an answer too. */
export function OutcomeSheet({ onChoose, onClose }: OutcomeProps) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <Sheet title={t("field.outcome")} onClose={onClose}>
      <div className="f-list">
        {Object.entries(words.codes?.outcomes ?? {}).map(([code, label]) => (
          <button key={code} type="button" className="f-button" onClick={() => onChoose(code)}>
            {words.label(label, code)}
          </button>
        ))}
        <button type="button" className="f-button" onClick={() => onChoose(null)}>
          {t("field.no_outcome")}
        </button>
      </div>
    </Sheet>
  );
}

function leave(): void {
  rest();
  forget();
  void api.signOut().finally(disconnect);
}

function DeviceSettings() {
  const { t } = useTranslation();
  const theme = useUi((s) => s.theme);
  const look = useLook((s) => s.look);
  return (
    <div className="f-list f-settings">
      <LangButton className="f-button" />
      <button type="button" className="f-button" onClick={() => chooseLook(theme === "dark" ? "light" : "dark")}>
        {t(theme === "dark" ? "theme.light" : "theme.dark")}
      </button>
      {look !== "hour" && (
        <button type="button" className="f-button" onClick={() => chooseLook("hour")}>
          {t("field.look_by_hour")}
        </button>
      )}
      <button type="button" className="f-button" onClick={() => playTone("test")}>
        {t("field.test_tone")}
      </button>
      <button type="button" className="f-button" onClick={leave}>
        {t("sign_out")}
      </button>
    </div>
  );
}

function Decline({ assignment, onClose }: { assignment: Assignment; onClose: () => void }) {
  const { t } = useTranslation();
  if (Object.keys(assignment.times).length > 0) return null;
  const decline = (reason: string) =>
    void tell({ type: "assignment.decline", assignment_id: assignment.id, reason }).then(onClose);
  return (
    <section>
      <h3>{t("field.decline")}</h3>
      <DeclineReasons onChoose={decline} />
    </section>
  );
}

interface Props {
  unit: Unit;
  assignment: Assignment | null;
  onChoose: (status: StatusCode) => void;
  onClose: () => void;
}

export function MoreSheet({ unit, assignment, onChoose, onClose }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const [crew, setCrew] = useState(false);
  const statuses = allStatuses(words.codes?.agencies[unit.agency_id], assignment !== null);
  if (crew) {
    return (
      <Sheet title={t("field.crew.title")} onClose={onClose}>
        <CrewForm unit={unit} onDone={onClose} />
      </Sheet>
    );
  }
  return (
    <Sheet title={t("field.all_statuses")} onClose={onClose}>
      <div className="f-list">
        {statuses.map((status) => (
          <button key={status.code} type="button" className="f-button" onClick={() => onChoose(status)}>
            <StatusMark phase={status.phase as Phase} inQuarters={status.in_quarters} />
            {words.label(status.label, status.code)}
          </button>
        ))}
      </div>
      {assignment !== null && <Decline assignment={assignment} onClose={onClose} />}
      <h3>{t("field.device")}</h3>
      <div className="f-list">
        <button type="button" className="f-button" onClick={() => setCrew(true)}>
          {t("field.crew.title")}
        </button>
      </div>
      <DeviceSettings />
    </Sheet>
  );
}
