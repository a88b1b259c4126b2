import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { Problem } from "../../api/problem";
import { useTell } from "../../parts/toasts";
import { useAdmin } from "../words";

/** Makes again what was removed, and says whether it could: its name may have been taken meanwhile. */
export function useRestoring(key: QueryKey): (make: () => Promise<unknown>) => void {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  return (make) =>
    void make().then(
      async () => {
        await client.invalidateQueries({ queryKey: key });
        tell(say("ready.restored"));
      },
      (failure: unknown) => {
        if (!(failure instanceof Problem)) throw failure;
        tell(say("ready.restored.not", { why: failure.detail || failure.title }));
      },
    );
}
