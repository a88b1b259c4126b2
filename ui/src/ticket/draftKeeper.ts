import type { Schemas } from "../api/client";
import { Problem } from "../api/problem";

export type Kind = Schemas["DraftKind"];
export type Kept = Schemas["DraftOut"];

/** What the API does with one draft, at the version that was read. */
export interface Door {
  read: () => Promise<Kept>;
  write: (words: { text: string; shared: boolean }, version: number) => Promise<Kept>;
  drop: (version: number) => Promise<unknown>;
}

/**
 * Where the words on screen are: being read, the same on the server (`kept`), typed since (`typed`), only in this browser
 * because the link is lost (`here`), in two versions somebody must choose from (`conflict`), or refused.
 */
export type Where = "reading" | "kept" | "typed" | "here" | "conflict" | "refused";

export interface State {
  text: string;
  shared: boolean;
  where: Where;
  savedAt: string;
  /** The other version, when there are two. */
  theirs: Kept | null;
  problem: Problem | null;
}

/** What a lost link leaves in this browser, with the version it was written on. */
interface Bridge {
  text: string;
  shared: boolean;
  base: number;
}

export const EVERY_MS = 3_000;
const EMPTY: State = { text: "", shared: false, where: "reading", savedAt: "", theirs: null, problem: null };

/**
 * Keeps one draft: what is typed goes to the server three seconds after, and before that to this browser, so that neither a
 * lost link nor a closed page loses it. Another window's version is shown, never overwritten.
 */
export class DraftKeeper {
  state: State = EMPTY;
  private base = 0;
  private onServer = "";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private flight: Promise<void> | null = null;
  private readonly watchers = new Set<() => void>();
  private readonly place: string;
  private readonly door: Door;
  private readonly store: Storage;

  constructor(place: string, door: Door, store: Storage) {
    this.place = place;
    this.door = door;
    this.store = store;
  }

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  snapshot = (): State => this.state;

  /** Reads what the server holds; what this browser kept of a lost link goes on from there, or stands beside it. */
  async begin(): Promise<void> {
    const bridge = this.bridged();
    let kept: Kept;
    try {
      kept = await this.door.read();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const typed = this.state.text || bridge?.text || "";
      this.become({ text: typed, where: typed ? "here" : "kept", problem: null });
      if (bridge) this.base = bridge.base;
      if (typed) this.later();
      return;
    }
    const typed = this.state.where === "reading" && !this.state.text ? bridge : { ...this.state, base: 0 };
    this.take(kept);
    if (!typed?.text || typed.text === kept.text) {
      this.become({ text: kept.text, shared: kept.shared, where: "kept", savedAt: kept.changed_at ?? "" });
      this.unbridge();
    } else if (typed.base === kept.version || !kept.text) {
      this.become({ text: typed.text, shared: typed.shared, where: "typed" });
      this.later();
    } else {
      this.become({ text: typed.text, shared: typed.shared, where: "conflict", theirs: kept });
    }
  }

  type(text: string): void {
    const waits = this.state.where === "conflict" || this.state.where === "reading";
    this.become({ text, where: waits ? this.state.where : "typed", problem: null });
    this.bridge();
    if (!waits) this.later();
  }

  share(shared: boolean): void {
    this.become({ shared, where: "typed" });
    this.bridge();
    void this.save();
  }

  /** Saves now, and waits for it. */
  async settle(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.save();
  }

  async takeMine(): Promise<void> {
    this.become({ where: "typed", theirs: null });
    await this.save();
  }

  takeTheirs(): void {
    const { theirs } = this.state;
    if (!theirs) return;
    this.take(theirs);
    this.become({ text: theirs.text, shared: theirs.shared, where: "kept", theirs: null });
    this.unbridge();
  }

  /** It was sent, or noted: the server removed it in the same transaction. */
  sent(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.base = 0;
    this.onServer = "";
    this.unbridge();
    this.become({ ...EMPTY, where: "kept" });
  }

  /** Throws the draft away, here and there. */
  async drop(): Promise<void> {
    this.become({ text: "", shared: false, where: "typed", theirs: null });
    this.unbridge();
    await this.settle();
  }

  private later(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.save();
    }, EVERY_MS);
  }

  private async save(): Promise<void> {
    if (this.flight) await this.flight;
    if (this.state.where !== "typed" && this.state.where !== "here") return;
    this.flight = this.carry().finally(() => {
      this.flight = null;
    });
    await this.flight;
  }

  private async carry(): Promise<void> {
    const { text, shared } = this.state;
    try {
      if (text.trim()) this.take(await this.door.write({ text, shared }, this.base));
      else {
        if (this.base) await this.door.drop(this.base);
        this.base = 0;
        this.onServer = "";
        this.become({ savedAt: "" });
      }
      if (this.state.text === text && this.state.shared === shared) {
        this.unbridge();
        this.become({ where: "kept", problem: null });
      } else this.later();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await this.refused(error);
    }
  }

  private async refused(problem: Problem): Promise<void> {
    if (problem.status === 412) {
      try {
        const theirs = await this.door.read();
        this.take(theirs);
        if (theirs.text === this.state.text) this.become({ where: "kept" });
        else if (theirs.version === 0) {
          // Sent or thrown away elsewhere: what is typed here begins a new one.
          this.become({ where: "typed" });
          this.later();
        } else this.become({ where: "conflict", theirs });
        return;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
      }
    }
    const lost =
      problem.status === 0 || problem.status >= 500 || problem.status === 401 || problem.status === 429;
    this.become({ where: lost ? "here" : "refused", problem });
    if (lost && problem.status !== 401) this.later();
  }

  private take(kept: Kept): void {
    this.base = kept.version;
    this.onServer = kept.text;
    if (kept.changed_at) this.become({ savedAt: kept.changed_at });
  }

  private bridge(): void {
    const { text, shared } = this.state;
    if (text.trim() && text !== this.onServer) {
      const bridge: Bridge = { text, shared, base: this.base };
      this.store.setItem(this.place, JSON.stringify(bridge));
    } else this.unbridge();
  }

  private unbridge(): void {
    this.store.removeItem(this.place);
  }

  private bridged(): Bridge | null {
    try {
      const found: unknown = JSON.parse(this.store.getItem(this.place) ?? "null");
      if (typeof found !== "object" || found === null) return null;
      const { text, shared, base } = found as Partial<Bridge>;
      if (typeof text !== "string" || !text.trim()) return null;
      return { text, shared: shared === true, base: typeof base === "number" ? base : 0 };
    } catch {
      return null;
    }
  }

  private become(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const watcher of this.watchers) watcher();
  }
}
