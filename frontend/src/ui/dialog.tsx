/** A small question over the page: keyboard stays inside, Esc leaves, the page behind is untouched. */
import { useLayoutEffect, useRef, type ReactNode, type SyntheticEvent } from "react";

interface ModalProps {
  className: string;
  "aria-label"?: string;
  "aria-labelledby"?: string;
  onClose: () => void;
  children: ReactNode;
}

/** The browser's own modal dialog: focus inside, the page behind inert, the opener focused again after it. */
export function Modal({ onClose, children, ...names }: ModalProps) {
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = box.current;
    if (dialog === null) return;
    if (!dialog.open) dialog.showModal();
    // A dialog that is closed gives the focus back; one that is only taken out of the page loses it.
    return () => dialog.close();
  }, []);
  // The browser tells of a closed dialog a picture later; a key between would open it only to lose it again. So Esc
  // and buttons take it away at once, and `close` is left for what the browser ends by itself.
  const cancel = (event: SyntheticEvent) => {
    event.preventDefault();
    onClose();
  };
  return (
    <dialog ref={box} {...names} onCancel={cancel} onClose={onClose}>
      {children}
    </dialog>
  );
}

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

export function Dialog({ title, onClose, children }: Props) {
  return (
    <Modal className="dialog" aria-label={title} onClose={onClose}>
      <h2>{title}</h2>
      {children}
    </Modal>
  );
}
