// Parvis : la liste des discussions dit qu'elle a vieilli ; elle ne bouge pas sous les yeux. MIT.

const fresh = document.getElementById("nouveau");
const source = new EventSource("/api/v1/events/stream");
const tell = () => { fresh.hidden = false; };
for (const kind of ["chat.opened", "chat.closed", "chat.address_left", "message.received"]) source.addEventListener(kind, tell);
