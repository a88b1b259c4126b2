import { expect, test } from "vitest";
import { fieldsOf, groupsOf, keepsOld, readSettings, type Shape, settingOf, written } from "./schema";

const secret: Shape = { type: "string", format: "password" };
const maybe = (shape: Shape): Shape => ({ anyOf: [shape, { type: "null" }], default: null });

// Every kind of field the registered types use.
const SCHEMA: Shape = {
  required: ["address"],
  properties: {
    aliases: { type: "array", items: { type: "string" }, default: [], description: "Autres adresses." },
    catch_all: { type: "boolean", default: false },
    smtp_host: maybe({ type: "string", maxLength: 255 }),
    smtp_port: { type: "integer", minimum: 1, maximum: 65535, default: 587 },
    smtp_security: { enum: ["tls", "starttls"], type: "string", default: "starttls" },
    smtp_password: maybe(secret),
    previous_smtp_password: maybe(secret),
    smtp_timeout_s: { type: "number", default: 60 },
    intro: { type: "string", maxLength: 500, default: "" },
    secrets: { type: "array", items: secret, default: [] },
    statuses: { type: "array", items: { type: "integer" }, default: [200] },
    headers: { type: "object", additionalProperties: { type: "string" }, default: {} },
    services: { type: "array", items: { $ref: "#/$defs/Service" }, default: [] },
    proof: { $ref: "#/$defs/Proof", default: "off" },
    access: { ...maybe(secret), readOnly: true },
    address: { type: "string", title: "Address", description: "Adresse de la boîte." },
  },
  $defs: {
    Service: { type: "object", properties: { code: { type: "string" } } },
    Proof: { enum: ["off", "always"], type: "string" },
  },
};
const FIELDS = fieldsOf(SCHEMA, "fr");
const kinds = Object.fromEntries(FIELDS.map((field) => [field.name, field.kind]));

test("each setting has its kind of field; what the house writes and old secrets have none", () => {
  expect(kinds).toEqual({
    address: "text",
    aliases: "lines",
    catch_all: "tick",
    smtp_host: "text",
    smtp_port: "number",
    smtp_security: "choice",
    smtp_password: "secret",
    smtp_timeout_s: "number",
    intro: "long",
    secrets: "secrets",
    statuses: "numbers",
    headers: "pairs",
    services: "json",
    proof: "choice",
  });
  expect(keepsOld(SCHEMA, "smtp_password")).toBe(true);
  expect(keepsOld(SCHEMA, "secrets")).toBe(false);
});

test("what one must give stands first, in the adapter's French words; elsewhere under its name", () => {
  expect(FIELDS[0]).toMatchObject({ name: "address", label: "Adresse de la boîte", required: true });
  expect(fieldsOf(SCHEMA, "en")[0]).toMatchObject({ label: "Address", hint: "Adresse de la boîte" });
});

test("what is written is read back as it was, and no secret ever stands in a field", () => {
  const values = {
    address: "contact@example.fr",
    aliases: ["a@example.fr", "b@example.fr"],
    catch_all: true,
    smtp_host: null,
    smtp_port: 465,
    smtp_security: "tls",
    smtp_timeout_s: 2.5,
    intro: "Bonjour",
    statuses: [200, 202],
    headers: { "X-Key": "a=b" },
    services: [{ code: "voirie" }],
    proof: "always",
  };
  const typed = written(FIELDS, { ...values, smtp_password: "trop tard", secrets: ["un"] });
  expect(typed.smtp_password).toBe("");
  expect(typed.secrets).toBe("");
  expect(readSettings(FIELDS, typed)).toEqual({ settings: values, faults: {} });
});

test("a secret typed is sent, one left empty is not spoken of", () => {
  const typed = {
    ...written(FIELDS, { address: "a@example.fr" }),
    smtp_password: " nouveau ",
    secrets: "un\n\ndeux",
  };
  const { settings } = readSettings(FIELDS, typed);
  expect(settings).toMatchObject({ smtp_password: "nouveau", secrets: ["un", "deux"] });
  expect("smtp_password" in readSettings(FIELDS, written(FIELDS)).settings).toBe(false);
});

test("what cannot be read is said beside its field, and nothing is guessed", () => {
  const typed = { address: " ", smtp_port: "cinq", statuses: "200\nx", headers: "sans égal", services: "[" };
  expect(readSettings(FIELDS, typed).faults).toEqual({
    address: "field.required",
    smtp_port: "field.number",
    statuses: "field.number",
    headers: "field.pairs",
    services: "field.json",
  });
});

test("numbers are read as people type them here; an emptied one takes what the type takes by itself", () => {
  const { settings } = readSettings(FIELDS, {
    address: "a@example.fr",
    smtp_timeout_s: "1 200,5",
    smtp_port: "",
  });
  expect([settings.smtp_timeout_s, settings.smtp_port]).toEqual([1200.5, 587]);
});

test("settings that begin alike stand together, the others first", () => {
  expect(groupsOf(FIELDS).map((group) => [group.name, group.fields.length])).toEqual([
    ["", 9],
    ["smtp", 5],
  ]);
});

test("a refusal is put beside the setting it is about", () => {
  expect(settingOf("/config/smtp_host")).toBe("smtp_host");
  expect(settingOf("/config/aliases/0")).toBe("aliases");
  expect(settingOf("/name")).toBeNull();
});
