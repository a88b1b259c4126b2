import { usePreferences, useSavePreferences } from "../shell/preferences";
import { useTourWords } from "./words";

/** The way into the tour, for who has preferences to remember that it was begun. */
export default function TourOffer() {
  const say = useTourWords();
  const save = useSavePreferences();
  const preferences = usePreferences();
  if (!preferences || preferences.tour) return null;
  return (
    <p>
      <button className="btn" type="button" onClick={() => void save({ tour: true })}>
        {say("begin")}
      </button>
    </p>
  );
}
