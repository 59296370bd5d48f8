/** Which rows of a long list stand in view, for rows of one height: only these are drawn. */
import { useEffect, useState, type RefObject } from "react";

/** Rows drawn beyond the view on either side, so that a scroll finds them there. */
const BEYOND = 8;
/** Before anything is measured. */
const FIRST_HEIGHT_PX = 600;

export interface Span {
  from: number;
  /** Behind the last. */
  to: number;
}

/** Rows from `from` up to `to` of `count`, for a view of `heightPx` scrolled down by `topPx`. Pure. */
export function spanOf(count: number, rowPx: number, topPx: number, heightPx: number): Span {
  const first = Math.floor(topPx / rowPx) - BEYOND;
  const last = Math.ceil((topPx + heightPx) / rowPx) + BEYOND;
  return { from: Math.max(0, Math.min(first, count)), to: Math.max(0, Math.min(last, count)) };
}

/** Where to scroll so that a row stands in view: unmoved if it does already, unless it shall be in the middle. Pure. */
export function topFor(index: number, rowPx: number, topPx: number, heightPx: number, middle: boolean): number {
  const row = index * rowPx;
  if (middle) return Math.max(0, row - (heightPx - rowPx) / 2);
  if (row < topPx) return row;
  return row + rowPx > topPx + heightPx ? row + rowPx - heightPx : topPx;
}

interface RowsInView {
  /** Indices of the rows to draw. */
  shown: readonly number[];
  totalPx: number;
  startOf: (index: number) => number;
}

/** `box` is the element that scrolls. */
export function useRowsInView(box: RefObject<HTMLElement | null>, count: number, rowPx: number): RowsInView {
  const [span, setSpan] = useState<Span>(() => spanOf(count, rowPx, 0, FIRST_HEIGHT_PX));
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = () => {
      const next = spanOf(count, rowPx, element.scrollTop, element.clientHeight);
      setSpan((known) => (known.from === next.from && known.to === next.to ? known : next));
    };
    look();
    element.addEventListener("scroll", look, { passive: true });
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    return () => {
      element.removeEventListener("scroll", look);
      sizes.disconnect();
    };
  }, [box, count, rowPx]);
  const from = Math.min(span.from, count);
  const shown = Array.from({ length: Math.max(0, Math.min(span.to, count) - from) }, (_, i) => from + i);
  return { shown, totalPx: count * rowPx, startOf: (index) => index * rowPx };
}

/** Brings a row into view, or into its middle. */
export function scrollToRow(element: HTMLElement | null, index: number, rowPx: number, middle = false): void {
  element?.scrollTo({ top: topFor(index, rowPx, element.scrollTop, element.clientHeight, middle) });
}
