/** The device's own memory (IndexedDB): what it last knew, and what it has yet to tell. One for each account. */
import type { Waiting } from "./queue";

const FACTS = "facts";
const QUEUE = "queue";

function promised<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
  });
}

export interface Memory {
  get<T>(key: string): Promise<T | undefined>;
  put(key: string, value: unknown): Promise<void>;
  listWaiting(): Promise<Waiting[]>;
  keepWaiting(items: readonly Waiting[]): Promise<void>;
  dropWaiting(id: string): Promise<void>;
}

class DiskMemory implements Memory {
  constructor(private readonly db: IDBDatabase) {}

  async get<T>(key: string): Promise<T | undefined> {
    return (await promised(this.store(FACTS, "readonly").get(key))) as T | undefined;
  }

  async put(key: string, value: unknown): Promise<void> {
    await promised(this.store(FACTS, "readwrite").put(value, key));
  }

  async listWaiting(): Promise<Waiting[]> {
    return (await promised(this.store(QUEUE, "readonly").getAll())) as Waiting[];
  }

  async keepWaiting(items: readonly Waiting[]): Promise<void> {
    const store = this.store(QUEUE, "readwrite");
    await Promise.all(items.map((item) => promised(store.put(item))));
  }

  async dropWaiting(id: string): Promise<void> {
    await promised(this.store(QUEUE, "readwrite").delete(id));
  }

  private store(name: string, mode: IDBTransactionMode): IDBObjectStore {
    return this.db.transaction(name, mode).objectStore(name);
  }
}

/** For a browser that lets this page keep nothing: as good as the page lives. */
export class ShortMemory implements Memory {
  private readonly facts = new Map<string, unknown>();
  private readonly waiting = new Map<string, Waiting>();

  get<T>(key: string): Promise<T | undefined> {
    return Promise.resolve(this.facts.get(key) as T | undefined);
  }

  put(key: string, value: unknown): Promise<void> {
    this.facts.set(key, value);
    return Promise.resolve();
  }

  listWaiting(): Promise<Waiting[]> {
    return Promise.resolve([...this.waiting.values()]);
  }

  keepWaiting(items: readonly Waiting[]): Promise<void> {
    for (const item of items) this.waiting.set(item.id, item);
    return Promise.resolve();
  }

  dropWaiting(id: string): Promise<void> {
    this.waiting.delete(id);
    return Promise.resolve();
  }
}

export async function openMemory(accountId: string): Promise<Memory> {
  try {
    const request = indexedDB.open(`dispatch.field.${accountId}`, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(FACTS);
      request.result.createObjectStore(QUEUE, { keyPath: "id" });
    };
    return new DiskMemory(await promised(request));
  } catch {
    return new ShortMemory();
  }
}
