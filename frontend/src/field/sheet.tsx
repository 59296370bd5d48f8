/** A sheet over the page: the browser's own dialog keeps the focus inside and gives it back. */
import { useId, type ReactNode } from "react";

import { useTranslation } from "../i18n/useTranslation";
import { Modal } from "../ui/dialog";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

export function Sheet({ title, onClose, children }: Props) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <Modal className="f-sheet" aria-labelledby={id} onClose={onClose}>
      <div className="f-sheet-head">
        <h2 id={id}>{title}</h2>
        <span className="grow" />
        <button type="button" className="f-button" onClick={onClose}>
          {t("field.close")}
        </button>
      </div>
      {children}
    </Modal>
  );
}
