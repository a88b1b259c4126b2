import { useQuery } from "@tanstack/react-query";
import { api, got, type Schemas } from "../api/client";

type Body = Schemas["NewPreview"];

export const PLAIN = {
  kind: "reply",
  attachments: [] as string[],
  public: false,
  confirm_sensitive: false,
  status_after: null,
} as const;

/** How an answer would leave, told by the server; nothing does. */
export function usePreview(ticketId: string, body: Partial<Body>, enabled: boolean) {
  return useQuery({
    queryKey: ["preview", ticketId, body],
    enabled,
    staleTime: 60_000,
    retry: false,
    queryFn: ({ signal }) =>
      got(
        api.POST("/api/v1/tickets/{ticket_id}/replies/previews", {
          params: { path: { ticket_id: ticketId } },
          body: { ...PLAIN, ...body },
          signal,
        }),
      ),
  });
}
