import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, got, ifMatch, type Schemas } from "../../api/client";

export type User = Schemas["UserOut"];
export type Team = Schemas["TeamOut"];
export type Role = Schemas["RoleOut"];

const page = (cursor: string | null) => ({ limit: 100, ...(cursor ? { cursor } : {}) });

// Beside ["users"] and ["teams"], which every screen reads to name people: what changes here is read again there.
export const peopleQuery = infiniteQueryOptions({
  queryKey: ["users", "pages"],
  queryFn: ({ pageParam, signal }) =>
    got(api.GET("/api/v1/users", { params: { query: page(pageParam) }, signal })),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next_cursor,
});

export const teamPagesQuery = infiniteQueryOptions({
  queryKey: ["teams", "pages"],
  queryFn: ({ pageParam, signal }) =>
    got(api.GET("/api/v1/teams", { params: { query: page(pageParam) }, signal })),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next_cursor,
});

export const rolesQuery = queryOptions({
  queryKey: ["roles"],
  queryFn: async ({ signal }) => (await got(api.GET("/api/v1/roles", { signal }))).data,
  staleTime: 5 * 60_000,
});

// An answer kept to be given again would keep the link: this act has no name.
export const invited = (body: Schemas["NewUser"]) => got(api.POST("/api/v1/users", { body }));

export const changedUser = (user: User, body: Schemas["UserChange"]) =>
  got(
    api.PATCH("/api/v1/users/{user_id}", {
      params: { path: { user_id: user.id }, header: ifMatch(user.version) },
      body,
    }),
  );

export const invitedAgain = (user: User) =>
  got(
    api.POST("/api/v1/users/{user_id}/invitations", {
      params: { path: { user_id: user.id }, query: { by_mail: false } },
    }),
  );

export const madeTeam = (body: Schemas["NewTeam"], name: string) =>
  got(api.POST("/api/v1/teams", { params: { header: { "idempotency-key": name } }, body }));

export const changedTeam = (team: Team, body: Schemas["TeamChange"]) =>
  got(
    api.PATCH("/api/v1/teams/{team_id}", {
      params: { path: { team_id: team.id }, header: ifMatch(team.version) },
      body,
    }),
  );
