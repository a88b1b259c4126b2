import type { CSSProperties } from "react";
import { FormField } from "../parts/FormField";
import { useAdmin } from "../words";
import { drawnWith, offeredIn } from "./accent";

const THEMES = ["light", "dark"] as const;

/** The colour of the pages: written or picked, seen in light and in dark before it is kept. */
export function AccentField({
  value,
  wrong,
  onChange,
}: {
  value: string;
  wrong: string | undefined;
  onChange: (value: string) => void;
}) {
  const say = useAdmin();
  const colour = drawnWith(value);
  const offered = offeredIn(wrong);
  return (
    <>
      <FormField label={say("house.accent")} hint={say("house.accent.hint")} wrong={wrong}>
        {(described) => (
          <span className="row wrap">
            <input
              {...described}
              className="input look-hex"
              name="accent"
              autoComplete="off"
              spellCheck={false}
              maxLength={20}
              value={value}
              onChange={(event) => onChange(event.target.value)}
            />
            <input
              className="look-pick"
              type="color"
              aria-label={say("house.accent.pick")}
              value={colour}
              onChange={(event) => onChange(event.target.value)}
            />
            {offered && offered !== value && (
              <button className="btn sm" type="button" onClick={() => onChange(offered)}>
                {say("house.accent.take", { colour: offered })}
              </button>
            )}
            {value && (
              <button className="btn quiet sm" type="button" onClick={() => onChange("")}>
                {say("house.accent.own")}
              </button>
            )}
          </span>
        )}
      </FormField>
      <div className="looks w">
        {THEMES.map((theme) => (
          <figure
            key={theme}
            className="look"
            data-theme={theme}
            style={{ "--tenant": colour } as CSSProperties}
          >
            <figcaption>{say(`house.look.${theme}`)}</figcaption>
            <p>
              <span className="look-link">{say("house.look.link")}</span> {say("house.look.text")}
            </p>
            <p className="look-tint">{say("house.look.answer")}</p>
            <p>
              <span className="look-button">{say("house.look.button")}</span>
            </p>
          </figure>
        ))}
      </div>
    </>
  );
}
