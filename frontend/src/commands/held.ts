/**
 * A key that is held down is one wish: whatever comes next must be seen before it is answered. An elbow on F8
 * would else send units to one incident after the other. What moves, steps or types may repeat.
 */

const MOVES = /^(Arrow.*|Page.*|Home|End|Tab|[[\]+=-])$/;

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable=true]");
}

function mayRepeat(event: KeyboardEvent): boolean {
  if (MOVES.test(event.key)) return true;
  const isLetter = event.key.length === 1 && !event.ctrlKey && !event.metaKey;
  return isTyping(event.target) && (isLetter || event.key === "Backspace" || event.key === "Delete");
}

/** Before anybody else hears of the key. */
export function dropHeldKeys(): void {
  const drop = (event: KeyboardEvent) => {
    if (!event.repeat || mayRepeat(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener("keydown", drop, true);
}
