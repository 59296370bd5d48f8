/**
 * Parts of a page that come after its first paint. They are fetched as soon as the page has something to show, not when
 * somebody first asks for one: by then the network may be gone, and every dialog must still open.
 */
import { lazy, type ComponentType, type LazyExoticComponent } from "react";

import { withWords } from "../i18n";

const AGAIN_MS = 2_000;

/** What `load` brings with its words, asked for until it comes and then kept. */
function untilThere<T>(load: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  const ask = (): Promise<T> =>
    withWords(load()).catch(async () => {
      await new Promise((again) => setTimeout(again, AGAIN_MS));
      return ask();
    });
  return () => (asked ??= ask());
}

/** Components of one file. React would keep a failed attempt for as long as the page stands; here it is made again. */
export class Later<T extends Record<keyof T, ComponentType>> {
  readonly bring: () => Promise<T>;

  constructor(load: () => Promise<T>) {
    this.bring = untilThere(load);
  }

  /** One of them, to stand in a `Suspense`. */
  part(name: keyof T): LazyExoticComponent<ComponentType> {
    return lazy(async () => ({ default: (await this.bring())[name] }));
  }
}
