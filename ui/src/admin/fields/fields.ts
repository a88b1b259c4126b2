import { api, got, ifMatch, type Schemas } from "../../api/client";

export type CustomField = Schemas["CustomFieldOut"];
export type NewField = Schemas["NewCustomField"];
export type FieldChange = Schemas["CustomFieldChange"];

export const KINDS = [
  "text",
  "long_text",
  "number",
  "date",
  "yes_no",
  "choice",
  "choices",
  "email",
  "phone",
  "url",
] as const satisfies readonly CustomField["kind"][];

/** What every list of fields is kept under. */
export const FIELDS = ["custom-fields"] as const;

const one = (id: string) => ({ path: { field_id: id } });

export const madeField = (body: NewField, name: string) =>
  got(api.POST("/api/v1/custom-fields", { params: { header: { "idempotency-key": name } }, body }));

export const readField = (id: string) =>
  got(api.GET("/api/v1/custom-fields/{field_id}", { params: one(id) }));

export const changedField = (on: CustomField, body: FieldChange) =>
  got(
    api.PATCH("/api/v1/custom-fields/{field_id}", {
      params: { ...one(on.id), header: ifMatch(on.version) },
      body,
    }),
  );

/** A value of a list as it is typed; `key` is null as long as no request can hold it. */
export interface Value {
  at: string;
  key: string | null;
  label: string;
  label_en: string | null;
  archived: boolean;
}

let counted = 0;
export const newValue = (): Value => ({
  at: `v${++counted}`,
  key: null,
  label: "",
  label_en: null,
  archived: false,
});

export const valuesOf = (field: CustomField | null): readonly Value[] =>
  (field?.choices ?? []).map((choice) => ({ ...newValue(), ...choice }));

const plain = (words: string): string => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** « numero_de_marche » out of « Numéro de marché ». */
export const keyOf = (label: string): string =>
  plain(label)
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, 40);

export const isKey = (key: string): boolean => /^[a-z][a-z0-9_]{0,39}$/.test(key);

/** Values as the API takes them: a new one is named after its label, apart from the others. */
export function choicesOf(values: readonly Value[]): NewField["choices"] {
  const taken = new Set(values.flatMap((one) => (one.key ? [one.key] : [])));
  return values
    .filter((one) => one.label.trim())
    .map(({ key, label, label_en, archived }) => {
      let name = key;
      if (!name) {
        const first =
          plain(label)
            .replace(/[^a-z0-9]+/g, "-")
            .replace(/^-+|-+$/g, "")
            .slice(0, 50) || "valeur";
        name = first;
        for (let n = 2; taken.has(name); n++) name = `${first}-${n}`;
        taken.add(name);
      }
      return { key: name, label: label.trim(), label_en, archived };
    });
}

/** Codes as they are typed, separated by commas. */
export const codesOf = (typed: string): string[] => [
  ...new Set(
    typed
      .split(",")
      .map((code) => code.trim())
      .filter(Boolean),
  ),
];
