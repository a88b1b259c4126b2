import { Dialog } from "../../parts/Dialog";
import { Icon } from "../../parts/Icon";
import { useAdmin } from "../words";
import { Copied } from "./Copied";

/** A secret just made: it is shown here, and nowhere ever again. */
export function ShownOnce({
  title,
  secret,
  onClose,
}: {
  title: string;
  secret: string;
  onClose: () => void;
}) {
  const say = useAdmin();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <span className="grow" />
          <button className="btn primary" type="button" onClick={onClose}>
            {say("once.kept")}
          </button>
        </>
      }
    >
      <p className="notice warn">
        <Icon name="lock" />
        <span>{say("once.advice")}</span>
      </p>
      <Copied words={secret} label={title} />
    </Dialog>
  );
}
