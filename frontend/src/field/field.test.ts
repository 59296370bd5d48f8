import { describe, expect, it } from "vitest";

import { assignment, at, changes, CODES, incident, report, row, T0, unit } from "../test/fixtures";
import consoleWords from "../i18n/vi/console.json";
import fieldWords from "../i18n/vi/field.json";
import type { Answer, DeliveryFrame, RowOut, UnitCommand } from "../protocol";
import { nextTime } from "./crewForm";
import { streetOf } from "./incident";
import { fitted } from "./picture";
import { minutesText } from "./minutes";
import { heldOf, isLonger, nextCommand, nextPhoto, NOTE_MOST, refusalOf, saidAccepted, saidStatus, untold, withItem, withoutItem, withoutSeen, withTold, type WaitingCommand } from "./queue";
import { currentOf, emptyRows, withChanges, withDelivery } from "./rows";
import { allStatuses, likelyNext } from "./statuses";
import { phonesOf, updatesOf } from "./updates";
import { geoLink } from "./way";
import { distanceM, isDue, isRough, withFix, type Fix } from "./whereabouts";

const NOW = Date.parse(T0);

function waiting(id: string, body: UnitCommand, holdUntil = 0): WaitingCommand {
  return { kind: "command", id, at: T0, holdUntil, body };
}

const rolling: UnitCommand = { type: "assignment.phase", assignment_id: "a1", status_code: "en_route" };
const arrived: UnitCommand = { type: "assignment.phase", assignment_id: "a1", status_code: "on_scene" };

describe("the queue", () => {
  it("keeps a status back for as long as it may be taken back", () => {
    const queue = withItem([], waiting("1", rolling, NOW + 5000));
    expect(nextCommand(queue, NOW)).toBeNull();
    expect(heldOf(queue, NOW)?.id).toBe("1");
    expect(nextCommand(queue, NOW + 5000)?.id).toBe("1");
    expect(heldOf(queue, NOW + 5000)).toBeNull();
  });

  it("lets a held status go as soon as the next one is said, in their order", () => {
    const queue = withItem(withItem([], waiting("1", rolling, NOW + 5000)), waiting("2", arrived, NOW + 5000));
    expect(nextCommand(queue, NOW)?.id).toBe("1");
    expect(nextCommand(withoutItem(queue, "1"), NOW)).toBeNull();
  });

  it("keeps the words of a note that is turned down, and lets none be written that the link does not take", () => {
    const note = (letters: number): UnitCommand => ({ type: "incident.note", incident_id: "i1", text: "ở".repeat(letters) });
    const error = { code: "frame_too_large", vi: "", en: "", data: { limit: 16 * 1024 } };
    expect(refusalOf(waiting("1", note(6_000)), error)).toMatchObject({ what: "incident.note", words: "ở".repeat(6_000) });
    expect(refusalOf(waiting("1", rolling), error)).not.toHaveProperty("words");
    const frame = (body: UnitCommand) => ({ t: "command", command_id: crypto.randomUUID(), occurred_at: T0, body });
    expect(isLonger(frame(note(6_000)), error.data.limit)).toBe(true);
    expect(isLonger(frame(note(NOTE_MOST)), error.data.limit)).toBe(false);
  });

  it("sends a mayday before everything that waits", () => {
    const queue = withItem(withItem([], waiting("1", rolling)), waiting("2", { type: "unit.mayday", unit_id: "cc12" }));
    expect(nextCommand(queue, NOW)?.id).toBe("2");
  });

  it("knows what was said here before the centre does", () => {
    const queue = [waiting("1", { type: "assignment.accept", assignment_id: "a1" }), waiting("2", rolling), waiting("3", arrived)];
    expect(saidAccepted(queue, "a1", 0)).toBe(true);
    expect(saidAccepted(queue, "a1", 1)).toBe(false);
    expect(saidStatus(queue, "cc12", "a1")?.id).toBe("3");
    expect(saidStatus(queue, "cc12", "a2")).toBeNull();
  });

  it("counts what was acknowledged as said until its rows have come, and no longer as waiting", () => {
    const queue = withTold([waiting("1", { type: "assignment.accept", assignment_id: "a1" }), waiting("2", rolling)], "1", 7);
    expect(untold(queue).map((item) => item.id)).toEqual(["2"]);
    expect(nextCommand(queue, NOW)?.id).toBe("2");
    expect(saidAccepted(withoutSeen(queue, 6), "a1", 0)).toBe(true);
    expect(withoutSeen(queue, 7).map((item) => item.id)).toEqual(["2"]);
  });

  it("lets no picture hold a status up", () => {
    const picture = { kind: "photo", id: "1", at: T0, incidentId: "i1", picture: new Blob(["x"]) } as const;
    const queue = withItem([picture], waiting("2", rolling));
    expect(nextCommand(queue, NOW)?.id).toBe("2");
    expect(nextPhoto(queue)?.id).toBe("1");
  });
});

describe("what the device knows", () => {
  const rows: RowOut[] = [row("unit", unit({ assignment_id: "a1" })), row("assignment", assignment()), row("incident", incident())];

  it("forgets what the first frame of a connection does not hold, and nothing by later ones", () => {
    const first = withChanges(emptyRows(), changes(0, 5, rows));
    const later = withChanges(first, changes(5, 6, [row("unit", unit({ assignment_id: "a1", phase: "en_route" }))]));
    expect(currentOf(later, unit({ assignment_id: "a1" }))?.id).toBe("a1");
    const again = withChanges(later, changes(0, 9, [row("unit", unit())]));
    expect(again.assignment.size).toBe(0);
    expect(currentOf(again, unit())).toBeNull();
  });

  it("takes from a delivery what no row brings any more", () => {
    const frame: DeliveryFrame = {
      t: "delivery", unit_id: "cc12", n: 2, kind: "withdrawn", update_n: 0, assignment_id: "a1", move_id: null, move: null,
      assignment: assignment({ state: "ended" }), incident: incident(), leg: null,
    };
    const known = withDelivery(emptyRows(), frame);
    expect(known.incident.get("i1")?.number).toBe("261122-0457");
    expect(currentOf(known, unit({ assignment_id: "a1" }))).toBeNull();
  });
});

describe("updates", () => {
  const changed = assignment({
    updates: [
      { n: 1, kind: "caution", old: "", new: "n1", at: T0, received_at: T0, accepted_at: null },
      { n: 2, kind: "place", old: "38 Lý Thái Tổ", new: "384 Lý Thái Tổ", at: T0, received_at: T0, accepted_at: T0 },
      { n: 3, kind: "words", old: "", new: "r1", at: T0, received_at: T0, accepted_at: null },
    ],
  });
  const note = { note_id: "n1", text: "bình gas tầng trệt", by: "u1", at: T0, kind: "caution", source: "chủ nhà", expires_at: null, standing: false, scope: "", ask: [] };
  const known = withChanges(
    emptyRows(),
    changes(0, 1, [row("incident", incident({ notes: [note] })), row("report", report({ words: ["cháy", "kẹt hai người"] }))]),
  );
  const names = { type: (code: string) => code, answers: (given: readonly Answer[]) => given.map((one) => one.choice).join(), closed: String };

  it("stand newest first, in words, against what was", () => {
    const views = updatesOf(changed, known, [], names);
    expect(views.map((view) => [view.n, view.now, view.before, view.read])).toEqual([
      [3, "kẹt hai người", "", false],
      [2, "384 Lý Thái Tổ", "38 Lý Thái Tổ", true],
      [1, "bình gas tầng trệt", "", false],
    ]);
    expect(views[2]?.source).toBe("chủ nhà");
  });

  it("tell a caller's answers in words, and each kind by a name of its own", () => {
    const answer = { set_code: "s", version: 1, question: "trapped", choice: "yes", text: null, by: "u1", at: T0 };
    const told = assignment({ updates: [{ n: 1, kind: "answers", old: "", new: "r1", at: T0, received_at: T0, accepted_at: null }] });
    const rows = withChanges(emptyRows(), changes(0, 1, [row("report", report({ answers: [answer] }))]));
    expect(updatesOf(told, rows, [], names)[0]?.now).toBe("yes");
    const kinds = Object.keys(consoleWords.update.kind).sort();
    expect(Object.keys(fieldWords.kind).sort()).toEqual(kinds);
  });

  it("count as read from the touch on, also offline", () => {
    const queue = [waiting("1", { type: "assignment.accept", assignment_id: "a1", n: 3 })];
    expect(updatesOf(changed, known, queue, names).find((view) => view.n === 3)?.read).toBe(true);
  });

  it("name the caller who guides the crew in before the others", () => {
    const text = { text_id: "t", kind: "alley_mouth", how: "by_hand", by: "u1", at: T0, state: "asked" };
    const told = withChanges(
      emptyRows(),
      changes(0, 1, [row("report", report()), row("report", report({ id: "r2", phone: "0900000063", texts: [text] }))]),
    );
    const phones = phonesOf(incident({ report_ids: ["r1", "r2"] }), told);
    expect(phones.map(({ phone, guides }) => [phone, guides])).toEqual([["0900000063", true], ["0900000041", false]]);
  });
});

describe("statuses", () => {
  const status = (code: string, phase: string) => ({ code, phase, label: { vi: code, en: code }, in_quarters: false });
  const statuses = ["dispatched", "received", "en_route", "staged", "on_scene", "at_patient", "clearing", "returning"];
  const { "114": plain } = CODES.agencies;
  if (plain === undefined) throw new Error("no agency 114");
  const fire = { ...plain, statuses: Object.fromEntries(statuses.map((code) => [code, status(code, code)])) };

  it("offer the likely next ones: an ambulance goes to its patient, an engine clears up", () => {
    expect(likelyNext(fire, "en_route").map((next) => next.code)).toEqual(["on_scene", "staged"]);
    expect(likelyNext(fire, "on_scene")[0]?.code).toBe("clearing");
    expect(likelyNext({ ...fire, line: "115" }, "on_scene")[0]?.code).toBe("at_patient");
  });

  it("leave out what only the centre or an acknowledgement says", () => {
    expect(allStatuses(fire, true).map((each) => each.code)).not.toContain("received");
    expect(allStatuses(fire, false).map((each) => each.code)).toEqual(["clearing", "returning"]);
  });
});

describe("whereabouts", () => {
  const fix = (seconds: number, lat = 10.77): Fix => ({ at: at(seconds), lon: 106.67, lat, accuracy: 5, speed: null, heading: null });

  it("are told at most once a second on the move and seldom when parked", () => {
    expect(isDue(fix(0), fix(0.5, 10.78))).toBe(false);
    expect(isDue(fix(0), fix(1, 10.78))).toBe(true);
    expect(isDue(fix(0), fix(20))).toBe(false);
    expect(isDue(fix(0), fix(30))).toBe(true);
  });

  it("stay at the last good place while a tunnel leaves a guess by the cell, until that is old", () => {
    const guess = (seconds: number): Fix => ({ ...fix(seconds, 10.8), accuracy: 1200 });
    expect(isRough(fix(0), guess(60))).toBe(true);
    expect(isRough(fix(0), guess(200))).toBe(false);
    expect(isRough(fix(0), fix(60, 10.78))).toBe(false);
    expect(isRough(guess(0), guess(60))).toBe(false);
    expect(isRough(null, guess(0))).toBe(false);
  });

  it("become a thinned track of at most 200 fixes while nothing can be sent", () => {
    let track: readonly Fix[] = [];
    for (let s = 0; s < 3000; s += 1) track = withFix(track, fix(s));
    expect(track).toHaveLength(200);
    const times = track.map((each) => Date.parse(each.at));
    expect((times[199] ?? 0) - (times[0] ?? 0)).toBe(199 * 10_000);
  });

  it("measure a degree of latitude as 111 km", () => {
    expect(distanceM([106.67, 10], [106.67, 11])).toBeCloseTo(111_195, -2);
  });
});

it("an hour of the clock means the next time it comes, here", () => {
  const evening = Date.parse("2026-11-22T16:00:00Z"); // 23:00 in the city
  expect(nextTime("22:00", evening)).toBe("2026-11-23T15:00:00.000Z");
  expect(nextTime("23:30", evening)).toBe("2026-11-22T16:30:00.000Z");
  expect(nextTime("", evening)).toBeNull();
});

it("a picture is made smaller, never larger", () => {
  expect(fitted(4000, 3000)).toEqual([1600, 1200]);
  expect(fitted(300, 4000)).toEqual([120, 1600]);
  expect(fitted(320, 200)).toEqual([320, 200]);
});

it("a street is read without its ward, and an address that ends otherwise stays whole", () => {
  expect(streetOf("384/20/5 Lý Thái Tổ, P. Vườn Lài", "P. Vườn Lài")).toBe("384/20/5 Lý Thái Tổ");
  expect(streetOf("Chợ Bến Thành", "P. Bến Thành")).toBe("Chợ Bến Thành");
});

describe("how long the way takes", () => {
  it("is from what half of such ways take to what nine of ten do, in minutes", () => {
    expect(minutesText({ eta_p50_s: 290, eta_p90_s: 441 })).toBe("5–8");
  });

  it("is one figure where the two are one, and never none", () => {
    expect(minutesText({ eta_p50_s: 20, eta_p90_s: 40 })).toBe("1");
    expect(minutesText({ eta_p50_s: 300, eta_p90_s: 300 })).toBe("5");
  });

  it("is left to the plain time where nobody knows", () => {
    expect(minutesText({ eta_p50_s: null, eta_p90_s: null })).toBeNull();
  });
});

describe("the phone's own map", () => {
  const there = incident({ place: { ...incident().place, lon_lat: [106.7, 10.77], label: "12 Lý Thái Tổ (hẻm)" } });

  it("opens at the place with its words, latitude first", () => {
    expect(geoLink(there)).toBe(`geo:10.77,106.7?q=10.77,106.7(${encodeURIComponent("12 Lý Thái Tổ (hẻm)")})`);
  });

  it("opens at the hospital once there is one, and at the number where nothing is said", () => {
    expect(geoLink(there, { name: "BV 115", lon_lat: [106.66, 10.76] })).toBe("geo:10.76,106.66?q=10.76,106.66(BV%20115)");
    const unsaid = incident({ place: { ...there.place, label: "" } });
    expect(geoLink(unsaid)).toBe("geo:10.77,106.7?q=10.77,106.7(261122-0457)");
  });

  it("is not offered where no place is known", () => {
    expect(geoLink(incident({ place: { ...there.place, lon_lat: null } }))).toBeNull();
  });
});
