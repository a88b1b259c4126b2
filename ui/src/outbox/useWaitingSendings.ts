import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { type Fact, useBegun, useFacts, useLink } from "../api/live";
import { waitingSendingsQuery } from "./queries";

const TOGETHER_MS = 500;
const { queryKey } = waitingSendingsQuery;
/** The stream tells when it moves; this only mends what nothing told. */
const SELDOM = { refetchInterval: 600_000 };

/** Whether a fact may change how many sendings wait for a person: what goes well changes nothing where none waits. */
export function bearsOnWaiting(type: string, number: string | undefined): boolean {
  if (type === "reply.failed" || type === "reply.unknown") return true;
  return type.startsWith("reply.") && type !== "reply.complained" && number !== "0";
}

/** How many sendings wait for a person, as soon as the stream tells; asked every minute while there is none. */
export function useWaitingSendings(): string | undefined {
  const client = useQueryClient();
  const followed = useLink() === "open";
  const { data } = useQuery({ ...waitingSendingsQuery, ...(followed ? SELDOM : {}) });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const reread = useCallback(() => {
    timer.current = undefined;
    // An answer under way may be older than what was told.
    void client.cancelQueries({ queryKey }).then(() => client.invalidateQueries({ queryKey }));
    // A list on screen stays under its reader's eyes; the next one opened is read anew.
    void client.invalidateQueries({ queryKey: ["sendings"], refetchType: "none" });
  }, [client]);
  useFacts(
    useCallback(
      (fact: Fact) => {
        const number = client.isFetching({ queryKey }) > 0 ? undefined : client.getQueryData(queryKey);
        if (!bearsOnWaiting(fact.type, number)) return;
        // An answer to many is as many facts, and one question.
        timer.current ??= setTimeout(reread, TOGETHER_MS);
      },
      [client, reread],
    ),
  );
  useEffect(() => () => clearTimeout(timer.current), []);
  // What happened between the first answer and the beginning of the link was told to nobody.
  const begun = useBegun();
  useEffect(() => {
    if (begun > 0) reread();
  }, [begun, reread]);
  return data;
}
