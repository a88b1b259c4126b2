import { queryOptions } from "@tanstack/react-query";
import { api, got, ifMatch, type Schemas } from "../../api/client";

export type Tenant = Schemas["TenantOut"];
export type Hours = Schemas["BusinessHoursOut"];
export type Sending = Schemas["SendingSettingsOut"];
export type SatisfactionSettings = Schemas["SatisfactionSettingsOut"];
export type Watch = Schemas["WatchSettingsOut"];

export const readTenant = () => got(api.GET("/api/v1/tenant"));
export const hoursQuery = queryOptions({
  queryKey: ["business-hours"],
  queryFn: ({ signal }) => got(api.GET("/api/v1/business-hours", { signal })),
});
export const sendingQuery = queryOptions({
  queryKey: ["sending-settings"],
  queryFn: ({ signal }) => got(api.GET("/api/v1/sending-settings", { signal })),
});
export const watchQuery = queryOptions({
  queryKey: ["watch-settings"],
  queryFn: ({ signal }) => got(api.GET("/api/v1/sve/watch-settings", { signal })),
});

const on = (version: number) => ({ header: ifMatch(version) });

export const changedTenant = (version: number, body: Schemas["TenantChange"]) =>
  got(api.PATCH("/api/v1/tenant", { params: on(version), body }));
export const chosenHours = (version: number, body: Schemas["NewBusinessHours"]) =>
  got(api.PUT("/api/v1/business-hours", { params: on(version), body }));
export const chosenSending = (version: number, body: Schemas["NewSendingSettings"]) =>
  got(api.PUT("/api/v1/sending-settings", { params: on(version), body }));
export const chosenSatisfaction = (version: number, body: Schemas["NewSatisfactionSettings"]) =>
  got(api.PUT("/api/v1/satisfaction-settings", { params: on(version), body }));
export const chosenWatch = (version: number, body: Schemas["NewWatchSettings"]) =>
  got(api.PUT("/api/v1/sve/watch-settings", { params: on(version), body }));
