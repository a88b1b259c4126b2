import { useState } from "react";
import type { Problem } from "../../api/problem";
import { useAdmin } from "../words";
import { type Field, readSettings, settingOf, type Typed } from "./schema";

/** What is typed in a form of settings, and what is wrong with it: found here before it is sent, or said by the API. */
export function useSettings(fields: readonly Field[], start: Typed) {
  const say = useAdmin();
  const [typed, setTyped] = useState<Typed>(start);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});

  /** Returns the settings to send, or null and shows what is wrong, the focus on the first. */
  function read(): Record<string, unknown> | null {
    const found = readSettings(fields, typed);
    const words = Object.fromEntries(Object.entries(found.faults).map(([name, fault]) => [name, say(fault)]));
    setFaults(words);
    const first = fields.find((field) => words[field.name]);
    if (!first) return found.settings;
    focusOn(first.name);
    return null;
  }

  return {
    typed,
    restart: (values: Typed) => {
      setTyped(values);
      setFaults({});
    },
    onType: (name: string, value: string | boolean) => setTyped((all) => ({ ...all, [name]: value })),
    read,
    faults,
  };
}

/** The words of a refusal, a setting each; what is about no field here is left to be said above. */
export function flawsOf(problem: Problem | null, fields: readonly Field[]) {
  const names = new Set(fields.map((field) => field.name));
  const beside: Record<string, string> = {};
  const above: string[] = [];
  for (const { pointer, detail } of problem?.places ?? []) {
    const name = settingOf(pointer);
    if (name && names.has(name)) beside[name] = beside[name] ? `${beside[name]} ; ${detail}` : detail;
    else above.push(detail);
  }
  return { beside, above };
}

export function focusOn(name: string): void {
  setTimeout(() => document.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`)?.focus());
}
