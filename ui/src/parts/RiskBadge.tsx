import type { Schemas } from "../api/client";
import { useWords } from "../i18n";

export type Risk = Schemas["Risk"];

const DISC = "M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11z";

/** Each risk has a look and a shape of 12 units; colour never speaks alone. */
export const RISK_LOOKS: Readonly<Record<Risk, { look: string; shape: string }>> = {
  born: { look: "acquis", shape: "M1 1h10v10H1zM3 6.2l2.2 2.3 4-4.3-1-.9-3 3.2L4 5.2z" },
  critical: { look: "critique", shape: "M6 .6 11.7 11H.3zm-.75 3.7.2 3.3h1.1l.2-3.3zM5.3 8.4v1.3h1.4V8.4z" },
  near: { look: "proche", shape: `${DISC}m0 1.4a4.1 4.1 0 0 0 0 8.2z` },
  controlled: { look: "controle", shape: `${DISC}M3 6.2l2.2 2.3 4-4.3-1-.9-3 3.2L4 5.2z` },
  suspended: { look: "suspendu", shape: "M2 1.2h2.9v9.6H2zM7.1 1.2H10v9.6H7.1z" },
  silence_rejects: { look: "rejet", shape: `${DISC}m-3.2 4.7v1.6h6.4V5.2z` },
  unqualified: {
    look: "qualifier",
    shape:
      "M6 0l6 6-6 6-6-6zM4.2 4.7h1.1c0-.5.3-.8.7-.8s.7.3.7.6c0 .7-1.2.8-1.2 2.2h1.1c0-.8 1.3-1 1.3-2.2 0-.9-.8-1.6-1.9-1.6s-1.8.8-1.8 1.8zm1.2 2.7v1.2h1.2V7.4z",
  },
  none: {
    look: "neutre",
    shape: "M6 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8zm0 1.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4z",
  },
};

export function RiskShape({ risk }: { risk: Risk }) {
  return (
    <svg viewBox="0 0 12 12" aria-hidden="true">
      <path fillRule="evenodd" d={RISK_LOOKS[risk].shape} />
    </svg>
  );
}

export function RiskBadge({ risk, large = false }: { risk: Risk; large?: boolean }) {
  const { t } = useWords();
  return (
    <span className={large ? "risk lg" : "risk"} data-r={RISK_LOOKS[risk].look} title={t(`risk.${risk}.why`)}>
      <RiskShape risk={risk} />
      {t(`risk.${risk}`)}
    </span>
  );
}
