import { type SayOf, sayer, useWords } from "../i18n";
import { bulkEn } from "../i18n/bulk.en";
import { type BulkKey, bulkFr } from "../i18n/bulk.fr";

export type SayBulk = SayOf<BulkKey>;

const SAYERS = { fr: sayer(bulkFr, "fr"), en: sayer(bulkEn, "en") } as const;

export const useBulkWords = (): SayBulk => SAYERS[useWords().language];
