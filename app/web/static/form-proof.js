// Parvis : preuve de calcul d'un formulaire (ALTCHA, version 2). MIT. Sans ce script, le formulaire part comme avant.
const LONGEST_WAIT = 20_000;
const LAST_COUNTER = 100_000;

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
const later = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// The counter follows the nonce, most significant byte first; the browser derives keys outside the page's own thread.
async function derived({ nonce, salt, cost, keyLength }, counter) {
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  new DataView(password.buffer).setUint32(nonce.length, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  return hex(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: cost }, key, keyLength * 8));
}

async function solve(challenge) {
  const asked = challenge.parameters;
  const terms = { ...asked, nonce: bytes(asked.nonce), salt: bytes(asked.salt) };
  for (let counter = 0; counter < LAST_COUNTER; counter += 1) {
    const derivedKey = await derived(terms, counter);
    if (derivedKey.startsWith(asked.keyPrefix)) return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }));
  }
  return "";
}

const form = document.querySelector("form[data-challenge]");
if (form && globalThis.crypto?.subtle) {
  const field = form.elements.namedItem("altcha");
  const said = document.getElementById("verification");
  let ready = false;
  const solved = solve(JSON.parse(form.dataset.challenge))
    .then((proof) => { field.value = proof; })
    .catch(() => {})
    .finally(() => { ready = true; });
  // Whoever is quicker than the computer waits a little, never for long, and leaves without a proof rather than not at all.
  form.addEventListener("submit", async (event) => {
    if (ready) return;
    event.preventDefault();
    if (said.textContent) return;
    said.textContent = form.dataset.wait;
    await Promise.race([solved, later(LONGEST_WAIT)]);
    ready = true;
    form.requestSubmit();
  });
}
