import { expect, test, vi } from "vitest";
import { Presences, type Present } from "./presence";

const present = (name: string, until: string): Present => ({
  who: `agent:${name}`,
  name,
  doing: "viewing",
  since_at: "2026-03-02T09:00:00Z",
  until_at: until,
});

test("whoever says nothing for two minutes is no longer shown, without anybody telling", () => {
  const presences = new Presences();
  const told = vi.fn();
  const stop = presences.watch(told);
  presences.hear([
    {
      ticket_id: "tkt_1",
      present: [present("a", "2026-03-02T09:02:00Z"), present("b", "2026-03-02T09:03:00Z")],
    },
  ]);
  presences.lapse(Date.parse("2026-03-02T09:01:59Z"));
  expect(told).toHaveBeenCalledTimes(1);
  presences.lapse(Date.parse("2026-03-02T09:02:00Z"));
  expect(presences.of("tkt_1").map((one) => one.name)).toEqual(["b"]);
  presences.hear([{ ticket_id: "tkt_1", present: [] }]);
  expect(presences.of("tkt_1")).toEqual([]);
  stop();
});

test("told who is anywhere at all, whoever is not told is there no more", () => {
  const presences = new Presences();
  const there = [present("a", "2026-03-02T09:02:00Z")];
  presences.hear([{ ticket_id: "tkt_1", present: there }]);
  const before = presences.places();
  presences.hear([{ ticket_id: "tkt_3", present: there }]); // the stream told it while the answer was on its way
  presences.hearAll([{ ticket_id: "tkt_2", present: there }], before);
  expect(presences.of("tkt_1")).toEqual([]);
  expect(presences.of("tkt_2")).toEqual(there);
  expect(presences.of("tkt_3")).toEqual(there);
});
