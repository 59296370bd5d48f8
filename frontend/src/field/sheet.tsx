/** A sheet over the page: the browser's own dialog keeps the focus inside and gives it back. */
import { useEffect, useId, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

export function Sheet({ title, onClose, children }: Props) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    if (shown !== null && !shown.open) shown.showModal();
  }, []);
  return (
    <dialog ref={dialog} className="f-sheet" aria-labelledby={id} onClose={onClose}>
      <div className="f-sheet-head">
        <h2 id={id}>{title}</h2>
        <span className="grow" />
        <button type="button" className="f-button" onClick={() => dialog.current?.close()}>
          {t("field.close")}
        </button>
      </div>
      {children}
    </dialog>
  );
}
