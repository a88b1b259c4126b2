// Parvis : la discussion, côté agent. MIT. La page fait tout sans ce fichier, en se rechargeant.

const panel = document.getElementById("discussion");
const log = document.getElementById("fil-direct");
const form = document.getElementById("direct");
const box = document.getElementById("reponse-directe");
const presence = document.getElementById("presence");
const typing = document.getElementById("frappe");
const trouble = document.getElementById("souci-direct");
const api = `/api/v1/tickets/${panel.dataset.ticket}`;
const words = JSON.parse(panel.dataset.words);
const clock = new Intl.DateTimeFormat("fr", { hour: "2-digit", minute: "2-digit", timeZone: panel.dataset.zone });
const title = document.title;
let last = Math.max(0, ...[...log.querySelectorAll("[data-seq]")].map((line) => Number(line.dataset.seq)));
let missed = 0;

function show(line) {
  if (line.seq <= last) return;
  last = line.seq;
  const element = document.createElement("p");
  element.className = `cl ${line.kind}`;
  if (line.kind === "notice") {
    element.textContent = words.notices[line.notice] ?? "";
  } else {
    const who = document.createElement("b");
    who.textContent = { visitor: panel.dataset.visitor, automatic: "Parvis" }[line.kind] || line.author || "Agent";
    const at = document.createElement("time");
    at.dateTime = line.at;
    at.className = "muted";
    at.textContent = clock.format(new Date(line.at));
    const said = document.createElement("span");
    said.className = "words";
    said.dir = "auto";
    said.textContent = line.kind === "automatic" ? panel.dataset.machine : line.text;
    element.append(who, " ", at, document.createElement("br"), said);
  }
  log.append(element);
  log.scrollTop = log.scrollHeight;
  typing.textContent = "";
  if (document.hidden && line.kind === "visitor") document.title = `(${++missed}) ${panel.dataset.new} · ${title}`;
}

function state(now) {
  presence.textContent = now.open ? (now.here ? panel.dataset.here : panel.dataset.gone) : panel.dataset.closed;
  presence.classList.toggle("ok", now.open && now.here);
  const where = now.here && panel.dataset.mail !== "oui" ? words.here : now.email ? words.email.replace("{}", now.email) : words.nowhere;
  for (const place of document.querySelectorAll("[data-leaves]")) place.textContent = where;
}

let quiet = 0;
const source = new EventSource(`${api}/conversation/stream`);
source.addEventListener("line", (event) => show(JSON.parse(event.data)));
source.addEventListener("state", (event) => state(JSON.parse(event.data)));
source.addEventListener("typing", () => {
  typing.textContent = panel.dataset.types;
  clearTimeout(quiet);
  quiet = setTimeout(() => { typing.textContent = ""; }, 5000);
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) { missed = 0; document.title = title; } });

let typedAt = 0;
box.addEventListener("input", () => {
  if (Date.now() - typedAt < 3000) return;
  typedAt = Date.now();
  fetch(`${api}/conversation/typing`, { method: "POST" }).catch(() => {});
});

let sending = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (!text || sending) return;
  sending = true;
  trouble.hidden = true;
  try {
    const answer = await fetch(`${api}/replies`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": form.elements.envoi.value },
      body: JSON.stringify({ text }),
    });
    if (!answer.ok) {
      const problem = await answer.json().catch(() => ({}));
      throw new Error(problem.detail || problem.title || words.failed);
    }
    box.value = "";
    form.elements.envoi.value = crypto.randomUUID().replaceAll("-", "");
  } catch (error) { // le nom de l'envoi reste : recommencer ne double rien
    trouble.textContent = error instanceof TypeError ? words.failed : error.message;
    trouble.hidden = false;
  }
  sending = false;
  box.focus();
});
log.scrollTop = log.scrollHeight;
