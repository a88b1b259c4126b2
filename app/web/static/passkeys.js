// Parvis : clés d'accès (WebAuthn). MIT. Sans ce script, on se connecte avec un mot de passe et un code.
const decoded = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const encoded = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (list) => (list ?? []).map((one) => ({ ...one, id: decoded(one.id) }));

async function asked(options) {
  const found = await navigator.credentials.get({
    publicKey: { ...options, challenge: decoded(options.challenge), allowCredentials: named(options.allowCredentials) },
  });
  const { authenticatorData, clientDataJSON, signature, userHandle } = found.response;
  return {
    id: found.id,
    rawId: encoded(found.rawId),
    type: found.type,
    response: {
      authenticatorData: encoded(authenticatorData),
      clientDataJSON: encoded(clientDataJSON),
      signature: encoded(signature),
      userHandle: userHandle ? encoded(userHandle) : null,
    },
  };
}

async function made(options) {
  const found = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: decoded(options.challenge),
      user: { ...options.user, id: decoded(options.user.id) },
      excludeCredentials: named(options.excludeCredentials),
    },
  });
  return {
    id: found.id,
    rawId: encoded(found.rawId),
    type: found.type,
    response: {
      attestationObject: encoded(found.response.attestationObject),
      clientDataJSON: encoded(found.response.clientDataJSON),
      transports: found.response.getTransports?.() ?? [],
    },
  };
}

for (const form of globalThis.PublicKeyCredential ? document.querySelectorAll("form[data-passkey]") : []) {
  form.hidden = false;
  const said = form.querySelector("[role=alert]");
  form.addEventListener("submit", async (event) => {
    const answer = form.elements.namedItem("cle_signee");
    if (answer.value) return;
    event.preventDefault();
    said.hidden = true;
    const options = JSON.parse(form.dataset.options);
    try {
      answer.value = JSON.stringify(await (form.dataset.passkey === "create" ? made(options) : asked(options)));
    } catch (refusal) {
      // Given up, too late, or a key this device has already: the person chooses what to do next.
      said.textContent = refusal.name === "InvalidStateError" ? form.dataset.known : form.dataset.failed;
      said.hidden = false;
      return;
    }
    form.requestSubmit();
  });
}
