import type { Schemas } from "../api/client";
import { shown } from "../text/unseen";

/** A tag in the colour of the theme it was given; its name says what it is. */
export function TagChip({ tag }: { tag: Schemas["TagBrief"] }) {
  return (
    <span className="tag filed" data-color={tag.color}>
      {shown(tag.name)}
    </span>
  );
}
