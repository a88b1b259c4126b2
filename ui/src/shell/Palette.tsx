import { useEffect, useState } from "react";
import { useWords } from "../i18n";
import Picker from "../parts/Picker";
import { ACTS, type Act, keyOf, perform, performable, sentenceOf } from "./keys";
import { type Offer, offered } from "./offers";

const OFFER = "offre ";

/** All that can be done here, in one list one types into: acts that have a key, then what the screen offers. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const [offers, setOffers] = useState<readonly Offer[]>([]);
  useEffect(() => {
    let shown = true;
    void offered().then((found) => shown && setOffers(found));
    return () => {
      shown = false;
    };
  }, []);
  const acts = (Object.keys(ACTS) as Act[]).filter((act) => performable(act));
  return (
    <Picker
      title={t("palette.title")}
      search={t("palette.search")}
      choices={[
        ...acts.map((act) => ({ id: act, words: t(sentenceOf(act)), hint: keyOf(act) })),
        ...offers.map(({ id, words, hint, section }) => ({
          id: OFFER + id,
          words,
          hint: hint ?? "",
          section,
        })),
      ]}
      // After the palette gave the focus back, so that what the act opens keeps it.
      onPick={(id) =>
        setTimeout(() => {
          const offer = offers.find((one) => OFFER + one.id === id);
          if (offer) offer.run();
          else perform(id as Act, new KeyboardEvent("keydown"));
        })
      }
      onClose={onClose}
    />
  );
}
