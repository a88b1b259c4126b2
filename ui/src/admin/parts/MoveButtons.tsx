import type { ReactNode } from "react";
import { useAdmin } from "../words";

/** One place up, one place down: what a list is ordered by, without dragging. */
export function MoveButtons({
  place,
  last,
  busy = false,
  about,
  onMove,
}: {
  place: number;
  last: boolean;
  busy?: boolean;
  /** Which one it is, for whoever hears the button alone. */
  about: ReactNode;
  onMove: (by: -1 | 1) => void;
}) {
  const say = useAdmin();
  return (
    <>
      <button className="btn sm" type="button" disabled={busy || place === 0} onClick={() => onMove(-1)}>
        {say("macro.up")}
        {about}
      </button>
      <button className="btn sm" type="button" disabled={busy || last} onClick={() => onMove(1)}>
        {say("macro.down")}
        {about}
      </button>
    </>
  );
}
