// A channel without Python: messages in and answers out through the type `http` of Parvis, with Node and nothing else.
//
//   PARVIS_SECRET=whsec_… node partner.mjs send https://ville.example.fr/hooks/http/KEY "Un trou rue des Lilas"
//   PARVIS_SECRET=whsec_… node partner.mjs listen 8090
//
// Both ways are signed by Standard Webhooks and speak CloudEvents 1.0. PARVIS_NOW (seconds) stands for the clock.

import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const TOLERANCE_S = 300;
const BODY_MAX = 1024 * 1024;

const now = () => Number(process.env.PARVIS_NOW ?? Math.floor(Date.now() / 1000));

const secret = () => {
  const written = process.env.PARVIS_SECRET ?? "";
  if (!written.startsWith("whsec_")) throw new Error("PARVIS_SECRET is the channel's secret: whsec_ and base64");
  return Buffer.from(written.slice("whsec_".length), "base64");
};

// The signed content is the id, the instant and the bytes of the body: sign what is sent, verify what was received.
const signature = (id, at, body) =>
  createHmac("sha256", secret()).update(`${id}.${at}.`).update(body).digest("base64");

export const signed = (id, body) => {
  const at = String(now());
  return { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": `v1,${signature(id, at, body)}` };
};

export const verified = (headers, body) => {
  const id = headers["webhook-id"] ?? "";
  const at = headers["webhook-timestamp"] ?? "";
  if (!id || !/^\d{1,11}$/.test(at) || Math.abs(now() - Number(at)) > TOLERANCE_S) return false;
  const expected = Buffer.from(signature(id, at, body));
  // Several signatures stand in the header while a secret is being replaced.
  return (headers["webhook-signature"] ?? "").split(" ").some((one) => {
    const given = Buffer.from(one.startsWith("v1,") ? one.slice(3) : "");
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
};

async function send(url, text) {
  const id = `node-${randomUUID()}`;
  const event = {
    specversion: "1.0",
    id,
    source: "/partner-of-node",
    type: "fr.parvis.message.received.v1",
    datacontenttype: "application/json",
    data: {
      external_id: id,
      occurred_at: new Date(now() * 1000).toISOString(),
      // "http" is our own identifier: answers come back here. An "email" or a "phone" may be answered by those channels.
      sender: { kind: "http", address: "usager-42", display_name: "Usager Exemple" },
      conversation_ref: "c-1",
      text,
    },
  };
  const body = Buffer.from(JSON.stringify(event));
  const headers = { "content-type": "application/cloudevents+json", ...signed(id, body) };
  const answer = await fetch(url, { method: "POST", body, headers });
  console.log(JSON.stringify({ status: answer.status, id }));
  // 5xx and 429 are to be sent again, later, with the same id: Parvis keeps one message of the two.
  process.exitCode = answer.ok ? 0 : 1;
}

function listen(port) {
  const known = new Map(); // the reference of an answer → our own id: what comes twice is delivered once
  const server = createServer((request, response) => {
    const pieces = [];
    let size = 0;
    request.on("data", (piece) => {
      size += piece.length;
      if (size > BODY_MAX) request.destroy();
      else pieces.push(piece);
    });
    request.on("end", () => {
      const [status, document] = received(request, Buffer.concat(pieces), known);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(document));
    });
  });
  server.listen(port, "127.0.0.1", () => console.log(JSON.stringify({ listening: server.address().port })));
}

function received(request, body, known) {
  if (request.method !== "POST") return [405, { code: "post-only" }];
  if (!verified(request.headers, body)) return [401, { code: "wrong-signature" }];
  let event;
  try {
    event = JSON.parse(body.toString("utf8"));
  } catch {
    return [422, { code: "not-json" }];
  }
  if (event.type !== "fr.parvis.message.send.v1") return [202, {}]; // a kind of event this program does not know
  const { ref, to, text } = event.data;
  const seen = known.get(ref);
  if (seen) return [409, { external_ids: [seen] }];
  known.set(ref, `partner-${known.size + 1}`);
  console.log(JSON.stringify({ ref, to: to.address, text }));
  return [200, { external_ids: [known.get(ref)] }];
}

const [command, ...rest] = process.argv.slice(2);
if (command === "send" && rest.length === 2) await send(rest[0], rest[1]);
else if (command === "listen") listen(Number(rest[0] ?? 8090));
else if (command !== undefined) {
  console.error("usage: node partner.mjs send URL TEXT | listen [PORT]");
  process.exitCode = 2;
}
