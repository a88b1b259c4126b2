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
