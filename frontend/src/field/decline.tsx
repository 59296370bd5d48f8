/** Why a crew cannot go: the usual reasons by one touch or digit, any other in words. */
import { useState, type SyntheticEvent } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { Key } from "../ui/marks";

export const REASONS = ["broken", "short", "busy", "road"] as const;

interface Props {
  onChoose: (reason: string) => void;
  /** Show the digits that choose by key. */
  keys?: boolean;
}

export function DeclineReasons({ onChoose, keys = false }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (text.trim() !== "") onChoose(text.trim());
  };
  return (
    <>
      <div className="f-list f-reasons">
        {REASONS.map((reason, i) => (
          <button key={reason} type="button" className="f-button" onClick={() => onChoose(t(`field.reason.${reason}`))}>
            {keys && <Key>{i + 1}</Key>} {t(`field.reason.${reason}`)}
          </button>
        ))}
      </div>
      <form className="f-row" onSubmit={submit}>
        <input
          className="field f-input"
          aria-label={t("field.other_reason")}
          placeholder={t("field.other_reason")}
          maxLength={200}
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
        <button type="submit" className="f-button" disabled={text.trim() === ""}>
          {t("field.send")}
        </button>
      </form>
    </>
  );
}
