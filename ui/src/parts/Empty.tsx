import type { ReactNode } from "react";
import { Link } from "react-router";
import { useMay } from "../api/house";

export interface Step {
  to: string;
  words: string;
  /** Nobody is sent where they may not go. */
  scope: string;
}

/** Nothing is here: what would be, how it comes to be, and the next step of whoever may take it. */
export function Empty({
  title,
  advice,
  step,
  children,
}: {
  title: string;
  advice?: string | undefined;
  step?: Step;
  children?: ReactNode;
}) {
  return (
    <div className="state">
      <h2>{title}</h2>
      {advice && <p>{advice}</p>}
      {step && <NextStep step={step} />}
      {children}
    </div>
  );
}

export function NextStep({ step }: { step: Step }) {
  const may = useMay(step.scope);
  if (!may) return null;
  return (
    <p>
      <Link className="btn" to={step.to}>
        {step.words}
      </Link>
    </p>
  );
}
