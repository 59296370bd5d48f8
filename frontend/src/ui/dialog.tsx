/** A small question over the page: keyboard stays inside, Esc leaves, the page behind is untouched. */
import { useLayoutEffect, useRef, type ReactNode, type RefObject } from "react";

/** Shows a dialog as the browser's own modal one: focus inside, the page behind inert, the opener focused again after it. */
export function useModal(): RefObject<HTMLDialogElement | null> {
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = box.current;
    if (dialog === null) return;
    if (!dialog.open) dialog.showModal();
    // A dialog that is closed gives the focus back; one that is only taken out of the page loses it.
    return () => dialog.close();
  }, []);
  return box;
}

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

export function Dialog({ title, onClose, children }: Props) {
  const box = useModal();
  return (
    <dialog ref={box} className="dialog" aria-label={title} onClose={onClose}>
      <h2>{title}</h2>
      {children}
    </dialog>
  );
}
