import type { exportFr } from "./export.fr";

export const exportEn: Readonly<Record<keyof typeof exportFr, string>> = {
  "export.open": "Export",
  "export.title": "Take the list as a file",
  "export.take": "Take the file",
  "export.about":
    "The whole list, as you see it at this instant, 50,000 requests at most. The journal keeps who took it. Remove the file once it serves no more.",
  "export.words": "Words searched for are not taken as a file: remove them and narrow the list with filters.",
  "export.format": "Format",
  "export.format.ods": "Spreadsheet (ODS)",
  "export.format.excel": "CSV for Excel in French",
  "export.format.csv": "CSV (RFC 4180)",
  "export.every": "Every column, and not only those on screen",
};
