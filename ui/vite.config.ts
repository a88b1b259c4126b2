import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Writes each file compressed beside itself, once for all who will ask for it. */
function compressed(): Plugin {
  let folder = "";
  return {
    name: "parvis-compressed",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
      if (config.build.outDir.startsWith("/")) folder = config.build.outDir;
    },
    closeBundle() {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(js|css|html|svg)$/.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        const content = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
        writeFileSync(
          `${path}.br`,
          brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
        );
      }
    },
  };
}

// The API of a house under development; the application itself knows no address but its own.
const api = process.env.PARVIS_API ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "/bureau/",
  plugins: [react(), compressed()],
  build: {
    target: ["chrome125", "firefox128", "safari18"],
    assetsInlineLimit: 0, // our policy allows no data: address
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { "/api": api, "/connexion": api, "/statique": api, "/apparence.css": api } },
});
