import { createRoot } from "react-dom/client";
import { lookAhead } from "./ahead";
import { Application, newClient } from "./app";
import { wishedLanguage, wordsOf } from "./i18n";
import { showKeptTheme } from "./shell/preferences";
import "./styles/tokens.css";
import "./styles/components.css";
import "./styles/application.css";
import "./styles/dashboard.css";
import "./styles/social.css";
import "./styles/views.css";
import "./styles/calendar.css";
import "./styles/settings.css";
import "./styles/procedures.css";
import "./styles/presence.css";
import "./styles/ticket.css";
import "./styles/profile.css";
import "./styles/help.css";
import "./styles/letters.css";

const language = wishedLanguage();
document.documentElement.lang = language;
showKeptTheme();

async function begin(root: HTMLElement): Promise<void> {
  const client = newClient();
  lookAhead(client, location);
  createRoot(root).render(<Application client={client} words={await wordsOf(language)} />);
}

const root = document.getElementById("root");
if (root) void begin(root);
