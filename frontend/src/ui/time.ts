/** Times as people of the room read them: Asia/Ho_Chi_Minh, 24 h, ages as m:ss. */
const CLOCK = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Ho_Chi_Minh",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const DATE = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Ho_Chi_Minh",
  day: "2-digit",
  month: "2-digit",
  year: "numeric",
});

export function clockText(at: string | number): string {
  return CLOCK.format(new Date(at));
}

export function dateText(at: string | number): string {
  return DATE.format(new Date(at));
}

/** 52 → 0:52, 3725 → 1:02:05; never negative. */
export function ageText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const s = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${s}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${s}`;
}

export function secondsSince(at: string, nowS: number): number {
  return nowS - Date.parse(at) / 1000;
}

/** 840 → 840 m, 2345 → 2,3 km. */
export function distanceText(metres: number): string {
  return metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(1).replace(".", ",")} km`;
}
