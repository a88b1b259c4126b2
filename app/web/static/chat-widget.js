// Parvis : le bouton de discussion, pour la page d'un site. MIT.
// <script src="https://…/chat/widget.js" data-channel="CLE" async></script>
// Facultatif : data-label (le bouton), data-identifier, data-identifier-hash et data-name (le site se porte garant).
(() => {
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const { channel, label, identifier, identifierHash, name } = script.dataset;
  if (!channel) return;
  const address = `${origin}/chat/${encodeURIComponent(channel)}`;
  const english = (document.documentElement.lang || "fr").startsWith("en");
  const words = label || (english ? "Write to the town hall" : "Écrire à la mairie");

  const box = document.createElement("div");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words;
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", "parvis-discussion");
  const place = document.createElement("div");
  place.id = "parvis-discussion";
  place.hidden = true;
  box.append(place, button);
  Object.assign(box.style, { position: "fixed", right: "1rem", bottom: "1rem", zIndex: "2147483000", display: "grid", gap: ".5rem", justifyItems: "end" });
  Object.assign(button.style, { font: "600 1rem/1.4 system-ui, sans-serif", padding: ".75rem 1.25rem", minHeight: "2.75rem", color: "#fff", background: "#2b4c8c", border: "2px solid #fff", borderRadius: "6px", cursor: "pointer" });

  let frame = null;
  function open() {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = words;
      frame.src = english ? `${address}?lang=en` : address;
      Object.assign(frame.style, { width: "min(26rem, calc(100vw - 2rem))", height: "min(40rem, calc(100vh - 7rem))", border: "1px solid #807f76", borderRadius: "6px", background: "#fff" });
      place.append(frame);
    }
    place.hidden = false;
    button.setAttribute("aria-expanded", "true");
    button.textContent = english ? "Close the conversation" : "Fermer la discussion";
    frame.focus();
  }
  function close() {
    place.hidden = true;
    button.setAttribute("aria-expanded", "false");
    button.textContent = words;
    button.focus();
  }
  button.addEventListener("click", () => (place.hidden ? open() : close()));
  box.addEventListener("keydown", (event) => { if (event.key === "Escape" && !place.hidden) close(); });

  // Le cadre demande un ticket : obtenu d'ici, il porte l'origine de cette page, et qui elle connaît.
  addEventListener("message", async (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin || event.data?.parvisChat !== "ready") return;
    const asked = identifier ? { identifier, identifier_hash: identifierHash || "", name: name || "" } : { name: name || "" };
    try {
      const answer = await fetch(`${address}/entries`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked) });
      if (answer.ok) frame.contentWindow.postMessage({ parvisTicket: (await answer.json()).ticket }, origin);
    } catch { /* sans réseau, le cadre dit lui-même ce qui manque */ }
  });

  const put = () => document.body.append(box);
  if (document.body) put(); else addEventListener("DOMContentLoaded", put);
})();
