// Parvis : la discussion, côté usager. MIT. La page fait tout sans ce fichier ; il évite de la recharger.
// Rien n'est dit reçu avant que la maison l'ait dit : un message garde son nom et repart jusqu'à sa réponse.

const page = document.getElementById("discussion");
const say = document.getElementById("dire");
const log = document.getElementById("fil");
const trouble = document.getElementById("souci");
const told = document.getElementById("suite");
const typing = document.getElementById("frappe");
const text = document.getElementById("texte");
const base = `/chat/${encodeURIComponent(page.dataset.key)}`;
const shelf = `parvis-chat:${page.dataset.key}`;
const notices = JSON.parse(page.dataset.notices);
const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
  hour: "2-digit", minute: "2-digit", timeZone: page.dataset.zone,
});

let last = 0;        // numéro de la dernière ligne montrée
let session = kept("session") ?? say.elements.session.value;
let streaming = null;
let pause = 1000;

// --- ce que le navigateur garde pour cette seule discussion (deux onglets la partagent) ---
function kept(name) {
  try { return localStorage.getItem(`${shelf}:${name}`) || null; } catch { return null; }
}
function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(`${shelf}:${name}`);
    else localStorage.setItem(`${shelf}:${name}`, value);
  } catch { /* un navigateur qui ne garde rien : la discussion dure ce que dure la page */ }
}

// --- parler à la maison ---
async function ask(method, path, body, { fetch: how = {}, ...headers } = {}) {
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (session) headers.Authorization = `Bearer ${session}`;
  return fetch(base + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), ...how });
}

async function enter(ticket) {
  if (!ticket) {
    const given = await ask("POST", "/entries", {});
    if (!given.ok) throw await refusal(given);
    ticket = (await given.json()).ticket;
  }
  const entered = await ask("POST", "/sessions", { ticket });
  if (!entered.ok) throw await refusal(entered);
  session = (await entered.json()).session;
  last = 0; // une discussion nouvelle numérote ses lignes depuis le début
  keep("session", session);
}

async function refusal(answer) {
  let words = page.dataset.refused;
  try {
    const problem = await answer.json();
    words = problem.detail || problem.errors?.[0]?.detail || problem.title || words;
  } catch { /* une réponse qui n'est pas la nôtre : nos propres mots */ }
  return Object.assign(new Error(words), { status: answer.status });
}

// --- montrer ---
function show(line) {
  if (line.seq <= last) return;
  last = line.seq;
  const bottom = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  log.append(line.kind === "notice" ? note(line) : article(line));
  if (bottom) log.scrollTop = log.scrollHeight;
  document.getElementById("plus").hidden = false;
}

function note(line) {
  const element = document.createElement("p");
  element.className = "notice";
  element.textContent = notices[line.notice] ?? "";
  return element;
}

function article(line) {
  const element = document.createElement("article");
  element.className = `said ${line.kind}`;
  const who = document.createElement("p");
  who.className = "who";
  const name = document.createElement("b");
  name.textContent = { visitor: page.dataset.you, automatic: page.dataset.machine }[line.kind] || line.author || page.dataset.agent;
  const at = document.createElement("time");
  at.dateTime = line.at;
  at.textContent = clock.format(new Date(line.at));
  who.append(name, " ", at);
  const words = document.createElement("p");
  words.className = "words";
  words.dir = "auto";
  words.textContent = line.text;
  element.append(who, words);
  return element;
}

function complain(words) {
  trouble.hidden = !words;
  trouble.textContent = words ? words[0].toUpperCase() + words.slice(1) : "";
}

// --- suivre : un flux que l'on rouvre, après la dernière ligne montrée ---
async function follow() {
  streaming?.abort();
  const mine = new AbortController();
  streaming = mine;
  while (session && streaming === mine) {
    try {
      const answer = await ask("GET", "/stream", undefined, { "Last-Event-ID": String(last), fetch: { signal: mine.signal } });
      if (answer.status === 401) { forget(); return; }
      if (answer.ok) { pause = 1000; await events(answer.body); }
    } catch { /* coupé : on revient */ }
    if (streaming !== mine) return;
    await new Promise((later) => setTimeout(later, pause));
    pause = Math.min(pause * 2, 30000);
  }
}

async function events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) hear(block);
  }
}

let quiet = 0;
function hear(block) {
  const fields = {};
  for (const row of block.split("\n")) {
    const at = row.indexOf(": ");
    if (at > 0) fields[row.slice(0, at)] = row.slice(at + 2);
  }
  if (!fields.data) return;
  const data = JSON.parse(fields.data);
  if (fields.event === "line") { show(data); typing.textContent = ""; read(); }
  if (fields.event === "typing") {
    typing.textContent = page.dataset.types;
    clearTimeout(quiet);
    quiet = setTimeout(() => { typing.textContent = ""; }, 5000);
  }
}

function read() {
  if (document.visibilityState === "visible" && session) ask("POST", "/presence", { here: true, read: last }).catch(() => {});
}

function forget() {
  streaming?.abort();
  streaming = null;
  session = null;
  keep("session", null);
}

// --- dire : sous le même nom jusqu'à ce que la maison réponde, rechargement compris ---
function pending() {
  const found = kept("unsent");
  return found ? JSON.parse(found) : null;
}

let sending = false;
async function send() {
  const message = pending() ?? unsentInMemory;
  if (!message || sending) return;
  sending = true;
  told.textContent = page.dataset.waiting;
  try {
    if (!session) await enter();
    let answer = await ask("POST", "/messages", message);
    if (answer.status === 401) { forget(); await enter(); answer = await ask("POST", "/messages", message); }
    if (answer.status >= 500) throw new TypeError("later");
    if (!answer.ok) throw await refusal(answer);
    done();
    told.textContent = page.dataset.kept;
    complain("");
    follow();
  } catch (error) {
    if (error.status) { // la maison a répondu non : les mots reviennent dans le champ
      text.value ||= message.text;
      done();
      told.textContent = "";
      complain(error.message);
    } else {
      told.textContent = page.dataset.lost;
      setTimeout(() => { sending = false; send(); }, 3000);
      return;
    }
  }
  sending = false;
}

let unsentInMemory = null;
function done() { keep("unsent", null); unsentInMemory = null; }

say.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words || pending() || unsentInMemory) return;
  const address = say.elements.courriel?.value.trim();
  unsentInMemory = { client_msg_id: crypto.randomUUID(), text: words, ...(address ? { answer_to: address } : {}) };
  keep("unsent", JSON.stringify(unsentInMemory));
  text.value = "";
  complain("");
  send();
  text.focus();
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) say.requestSubmit();
});

let typedAt = 0;
text.addEventListener("input", () => {
  if (!session || Date.now() - typedAt < 3000) return;
  typedAt = Date.now();
  ask("POST", "/typing", undefined).catch(() => {});
});

// --- les autres gestes ---
async function gesture(event, path, body) {
  event.preventDefault();
  try {
    if (!session) return;
    const answer = await ask("POST", path, body);
    if (!answer.ok) throw await refusal(answer);
    told.textContent = page.dataset.done;
    complain("");
  } catch (error) {
    complain(error.status ? error.message : page.dataset.refused);
  }
}
document.getElementById("courriels").addEventListener("submit", (event) => {
  const path = event.submitter?.value === "releve" ? "/transcript" : "/address";
  gesture(event, path, { email: event.target.elements.courriel.value });
});
document.getElementById("finir").addEventListener("submit", async (event) => {
  await gesture(event, "/end");
  forget();
});

addEventListener("pagehide", () => {
  if (session) ask("POST", "/presence", { here: false }, { fetch: { keepalive: true } }).catch(() => {});
});
document.addEventListener("visibilitychange", read);
addEventListener("storage", (event) => { // l'autre onglet est entré, ou a terminé
  if (event.key !== `${shelf}:session`) return;
  if (event.newValue !== session) last = 0;
  session = event.newValue;
  if (session) follow(); else streaming?.abort();
});

// --- commencer ---
document.getElementById("actualiser")?.setAttribute("hidden", "");
// Les lignes de la page sont celles de sa propre session : celles d'une autre discussion ne comptent pas.
const written = say.elements.session.value === session;
for (const line of log.querySelectorAll("[data-seq]")) if (written) last = Math.max(last, Number(line.dataset.seq));
// Le site qui montre le cadre peut se porter garant : il donne un ticket, que lui seul a pu obtenir.
addEventListener("message", async (event) => {
  const sites = page.dataset.sites.split(" ").filter(Boolean);
  if (!sites.includes(event.origin) || typeof event.data?.parvisTicket !== "string" || session) return;
  try { await enter(event.data.parvisTicket); follow(); } catch { /* sans garant, on reste un visiteur */ }
});
if (parent !== window && !session) parent.postMessage({ parvisChat: "ready" }, "*");
if (session) { keep("session", session); follow(); }
if (pending()) send();
