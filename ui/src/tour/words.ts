import { type SayOf, sayer, useWords } from "../i18n";
import { tourEn } from "../i18n/tour.en";
import { type TourKey, tourFr } from "../i18n/tour.fr";

const SAYERS = { fr: sayer(tourFr, "fr"), en: sayer(tourEn, "en") } as const;

export const useTourWords = (): SayOf<TourKey> => SAYERS[useWords().language];
