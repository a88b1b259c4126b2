import { queryOptions } from "@tanstack/react-query";
import { api, got, ifMatch, type Schemas, whole } from "../../api/client";

export type Move = Schemas["MoveOut"];

/** Where a move is undone: at the request that kept what was merged, or that gave what was split. */
export const holderOf = (move: Move): string => (move.kind === "merge" ? move.target_id : move.source_id);

/** Every merge and split of a request, those undone too, the last first. */
export const movesQuery = (id: string) =>
  queryOptions({
    queryKey: ["ticket", id, "moves"],
    queryFn: async ({ signal }) => {
      const path = { ticket_id: id };
      const [merges, splits] = await Promise.all([
        whole<Move>((cursor) => {
          const params = { path, query: { limit: 200, cursor } };
          return got(api.GET("/api/v1/tickets/{ticket_id}/merges", { params, signal }));
        }),
        whole<Move>((cursor) => {
          const params = { path, query: { limit: 200, cursor } };
          return got(api.GET("/api/v1/tickets/{ticket_id}/splits", { params, signal }));
        }),
      ]);
      return [...merges, ...splits].sort((a, b) => (a.at < b.at ? 1 : -1));
    },
  });

/** Undoes a move at the version its holder had when it was read. */
export function undo(move: Move, version: number): Promise<Schemas["UndoneOut"]> {
  const params = { path: { ticket_id: holderOf(move), move_id: move.id }, header: ifMatch(version) };
  return got(
    move.kind === "merge"
      ? api.DELETE("/api/v1/tickets/{ticket_id}/merges/{move_id}", { params })
      : api.DELETE("/api/v1/tickets/{ticket_id}/splits/{move_id}", { params }),
  );
}
