import { useTell } from "../../parts/toasts";
import { useAdmin } from "../words";

/** Words to take elsewhere, an address or a secret shown once, with a button that copies them. */
export function Copied({ words, label }: { words: string; label: string }) {
  const say = useAdmin();
  const tell = useTell();
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(words);
      tell(say("copy.done"));
    } catch {
      tell(say("copy.failed"));
    }
  }
  return (
    <div className="row top">
      <code className="raw copied grow">{words}</code>
      <button className="btn sm" type="button" onClick={() => void copy()}>
        {say("copy")}
        <span className="vh"> {label}</span>
      </button>
    </div>
  );
}
