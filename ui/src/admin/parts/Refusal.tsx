import { useEffect, useRef } from "react";
import type { Problem } from "../../api/problem";
import { Trouble } from "../../parts/Trouble";
import { useAdmin } from "../words";

/** A refusal above the act it refuses; what is about a field stands beside it. It takes the focus: it is what happened. */
export function Refusal({ problem, above = [] }: { problem: Problem; above?: readonly string[] }) {
  const say = useAdmin();
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each refusal is told anew
  useEffect(() => box.current?.focus(), [problem]);
  const beside = problem.places.length - above.length;
  return (
    <div className="notice danger refusal" tabIndex={-1} ref={box}>
      {problem.places.length === 0 ? (
        <Trouble error={problem} plain />
      ) : (
        <div role="alert">
          <h2>{problem.title}</h2>
          {problem.detail && <p>{problem.detail}</p>}
          {above.map((words) => (
            <p key={words}>{words}</p>
          ))}
          {beside > 0 && <p>{say("refusal.beside", { n: beside })}</p>}
        </div>
      )}
    </div>
  );
}
