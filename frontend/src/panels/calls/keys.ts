/** Keys while letters are composed by an input method belong to it alone. */
import type { KeyboardEvent as ReactKeyboardEvent } from "react";

/** What a browser names a key that it gave to an input method. */
const PROCESSED = "Process";

export function isComposing(event: KeyboardEvent | ReactKeyboardEvent): boolean {
  const native = "nativeEvent" in event ? event.nativeEvent : event;
  return native.isComposing || native.key === PROCESSED;
}
