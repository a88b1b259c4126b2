import { describe, expect, it } from "vitest";
import { eventOf, missingOf } from "./eventForm";
import type { EventField, EventForm } from "./queries";

const field = (name: string, kind: EventField["kind"], more: Partial<EventField> = {}): EventField => ({
  name,
  kind,
  label: name,
  hint: "",
  required: false,
  said_only: false,
  choices: [],
  ...more,
});
const form = (...fields: EventField[]): EventForm => ({
  type: "some",
  title: "",
  source: "",
  fields,
  refused_because: null,
  refused_source: null,
});

describe("the event a form tells", () => {
  it("leaves out what was left empty, and says a tick that was not put unless it says nothing then", () => {
    const asked = form(
      field("at", "moment", { required: true }),
      field("reference", "line"),
      field("complete", "tick"),
      field("express_consent", "tick", { said_only: true }),
    );
    expect(eventOf(asked, { at: "2026-03-02T09:00", reference: "  " })).toEqual({
      type: "some",
      at: "2026-03-02T09:00",
      complete: false,
    });
    expect(eventOf(asked, { express_consent: true })).toEqual({
      type: "some",
      complete: false,
      express_consent: true,
    });
  });

  it("takes a line each, and a period by its number and unit", () => {
    const asked = form(field("items", "lines"), field("added", "period"));
    expect(eventOf(asked, { items: " Plan \n\nPhoto\n", added: "15", "added.unit": "D" })).toEqual({
      type: "some",
      items: ["Plan", "Photo"],
      added: "P15D",
    });
  });

  it("is the type a field says, where one does", () => {
    const asked = form(field("type", "choice", { required: true }));
    expect(eventOf(asked, { type: "decision_posted" })).toEqual({ type: "decision_posted" });
  });

  it("misses what must be filled and is blank, or is no number", () => {
    const asked = form(
      field("recipient", "line", { required: true }),
      field("added", "period", { required: true }),
    );
    expect(missingOf(asked, { recipient: " ", added: "un" }).map((one) => one.name)).toEqual([
      "recipient",
      "added",
    ]);
    expect(missingOf(asked, { recipient: "Département", added: "1" })).toEqual([]);
  });
});
