/** Latest positions: the lossy plane. Newest wins; kept out of React so that 4 Hz never draws the page. */
import type { LonLat, PositionsFrame } from "../protocol";

export interface Position {
  lonLat: LonLat;
  /** When the unit was there, by this machine's clock, ms. */
  at: number;
  accuracyM: number | null;
}

export class PositionBook {
  private readonly latest = new Map<string, Position>();
  private readonly listeners = new Set<() => void>();

  apply(frame: PositionsFrame, now: number): void {
    for (const [unitId, lon, lat, ageS, accuracyM] of frame.p) {
      this.latest.set(unitId, { lonLat: [lon, lat], at: now - ageS * 1000, accuracyM: accuracyM });
    }
    for (const listener of this.listeners) listener();
  }

  find(unitId: string): Position | undefined {
    return this.latest.get(unitId);
  }

  clear(): void {
    this.latest.clear();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

export const positions = new PositionBook();
