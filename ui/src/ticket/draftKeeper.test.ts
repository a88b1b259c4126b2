import { beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../api/problem";
import { type Door, DraftKeeper, EVERY_MS, type Kept } from "./draftKeeper";

/** A server that keeps one draft by its versions, as the API does; `down` loses the link. */
class Server implements Door {
  text = "";
  version = 0;
  down = false;
  writes: string[] = [];
  private kept = (): Kept =>
    ({
      text: this.text,
      shared: false,
      version: this.version,
      changed_at: this.version ? "2026-03-02T09:00:00Z" : null,
    }) as Kept;
  private expects(version: number): void {
    if (this.down) throw new Problem(0);
    if (version !== this.version) throw new Problem(412, { code: "stale" });
  }
  read = async () => {
    if (this.down) throw new Problem(0);
    return this.kept();
  };
  write = async ({ text }: { text: string }, version: number) => {
    this.expects(version);
    this.writes.push(text);
    this.text = text;
    this.version += 1;
    return this.kept();
  };
  drop = async (version: number) => {
    this.expects(version);
    this.text = "";
    this.version = 0;
  };
}

const later = () => vi.advanceTimersByTimeAsync(EVERY_MS);
let server: Server;
beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  server = new Server();
});
async function opened(): Promise<DraftKeeper> {
  const keeper = new DraftKeeper("place", server, localStorage);
  await keeper.begin();
  return keeper;
}

test("what is typed is on the server three seconds later, once for all the letters, and no longer in the browser", async () => {
  const keeper = await opened();
  for (const text of ["B", "Bo", "Bon"]) keeper.type(text);
  expect(localStorage.getItem("place")).toContain("Bon");
  await later();
  expect(server.writes).toEqual(["Bon"]);
  expect(keeper.state.where).toBe("kept");
  expect(localStorage.length).toBe(0);
});

test("a lost link leaves the words in this browser, which go on from there when it is back", async () => {
  const keeper = await opened();
  server.down = true;
  keeper.type("Bonjour");
  await later();
  expect(keeper.state.where).toBe("here");
  const again = await opened(); // another page, the link still down
  expect([again.state.text, again.state.where]).toEqual(["Bonjour", "here"]);
  server.down = false;
  await later();
  expect(server.text).toBe("Bonjour");
  expect(localStorage.length).toBe(0);
});

test("two windows never overwrite each other: both versions are shown, and either may be kept", async () => {
  const [one, other] = [await opened(), await opened()];
  one.type("La mienne");
  await later();
  other.type("L’autre");
  await later();
  expect([other.state.where, other.state.theirs?.text, server.text]).toEqual([
    "conflict",
    "La mienne",
    "La mienne",
  ]);
  other.type("L’autre encore");
  await later();
  expect(server.text).toBe("La mienne"); // nothing is written before the choice
  await other.takeMine();
  expect([server.text, other.state.where]).toEqual(["L’autre encore", "kept"]);
  one.type("La mienne, suite");
  await later();
  one.takeTheirs();
  expect([one.state.text, server.text]).toEqual(["L’autre encore", "L’autre encore"]);
});

test("a draft that was sent, or thrown away, is gone, and the next begins at nothing", async () => {
  const keeper = await opened();
  keeper.type("Parti");
  await keeper.settle();
  server.text = "";
  server.version = 0; // the answer removed it
  keeper.sent();
  await later();
  expect([keeper.state.text, server.version]).toEqual(["", 0]);
  keeper.type("Un autre");
  await later();
  await keeper.drop();
  expect([server.version, keeper.state.text, localStorage.length]).toEqual([0, "", 0]);
});

test("a page closed before it was saved comes back with its words, beside another version if there is one", async () => {
  localStorage.setItem("place", JSON.stringify({ text: "Pas encore gardé", shared: false, base: 0 }));
  expect((await opened()).state.text).toBe("Pas encore gardé");
  localStorage.setItem("place", JSON.stringify({ text: "Pas encore gardé", shared: false, base: 0 }));
  server.text = "Écrit ailleurs";
  server.version = 4;
  const keeper = await opened();
  expect([keeper.state.where, keeper.state.theirs?.text]).toEqual(["conflict", "Écrit ailleurs"]);
});
