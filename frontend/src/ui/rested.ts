import { useEffect, useState } from "react";

/** The value once it has been the same for so long without a key; until then the one before. */
export function useRested<T>(value: T, restMs: number): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    let timer = 0;
    const wait = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => setRested(value), restMs);
    };
    wait();
    window.addEventListener("keydown", wait, { capture: true });
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener("keydown", wait, { capture: true });
    };
  }, [value, restMs]);
  return rested;
}
