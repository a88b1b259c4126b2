import { afterEach, expect, test, vi } from "vitest";
import { type Fact, Live, parsed } from "./live";

afterEach(() => vi.unstubAllGlobals());

test("a block gives its identifier, its name and its data; a beat gives none", () => {
  expect(parsed('event: ticket.created\ndata: {"id":"evt_1"}\nid: q8N3…')).toEqual({
    id: "q8N3…",
    event: "ticket.created",
    data: '{"id":"evt_1"}',
  });
  expect(parsed(": ping")).toEqual({ id: "", event: "", data: "" });
  expect(parsed("data: a\r\ndata: b").data).toBe("a\nb");
});

const stream = (...chunks: string[]) =>
  new Response(
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
        controller.close();
      },
    }),
  );

test("a lost link goes on from the last fact heard, even one cut in two", async () => {
  vi.useFakeTimers();
  const asked: (string | null)[] = [];
  const answers = [
    stream('data: {"type":"ticket.cre', 'ated","data":{}}\nid: un\n\n'),
    stream('data: {"type":"ticket.changed","data":{}}\nid: deux\n\n'),
    new Response(null, { status: 403 }),
  ];
  vi.stubGlobal("fetch", (_: string, { headers }: { headers: Record<string, string> }) => {
    asked.push(headers["Last-Event-ID"] ?? null);
    return Promise.resolve(answers.shift());
  });
  const live = new Live();
  const heard: string[] = [];
  live.hear((fact: Fact) => heard.push(fact.type));
  live.start({ presences: true, notices: false });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(heard).toEqual(["ticket.created", "ticket.changed"]);
  expect(asked).toEqual([null, "un", "deux"]);
  expect(live.begun).toBe(1); // a link that goes on has missed nothing
  expect(live.state).toBe("off"); // refused: it does not insist
  vi.useRealTimers();
});
