import { useWords } from "../i18n";
import { fr, type Key } from "../i18n/fr";
import { Icon, type IconName } from "./Icon";

const PICTURES: Readonly<Record<string, IconName>> = {
  email: "mail",
  webform: "form",
  sms: "sms",
  meta: "talk",
  telegram: "talk",
  chat: "talk",
  phone: "phone",
  post: "post",
  counter: "desk",
  open311: "photo",
};

export const channelPicture = (type: string): IconName => PICTURES[type.split(".")[0] ?? ""] ?? "globe";

/** The catalogue's key for a type of channel, or for its family; none for one of a package we do not know. */
export function channelKey(type: string): Key | null {
  for (const name of [`channel.${type}`, `channel.${type.split(".")[0]}`]) if (name in fr) return name as Key;
  return null;
}

export function useChannelWord(): (type: string) => string {
  const { t } = useWords();
  return (type) => {
    const key = channelKey(type);
    return key ? t(key) : type;
  };
}

/** Names types of channels side by side: two of one word are told apart by their provider's code. */
export function useChannelWords(types: readonly string[]): (type: string) => string {
  const word = useChannelWord();
  return (type) => {
    const twin = types.some((other) => other !== type && word(other) === word(type));
    const provider = type.split(".")[1];
    return twin && provider ? `${word(type)} (${provider})` : word(type);
  };
}

export function Channel({ type }: { type: string }) {
  const word = useChannelWord();
  return (
    <span className="chan">
      <Icon name={channelPicture(type)} />
      {word(type)}
    </span>
  );
}
