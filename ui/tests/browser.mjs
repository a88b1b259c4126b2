// Unpacks the browser an npm package carries, with the libraries a bare system lacks; says where both are.
import { fileURLToPath } from "node:url";
import chromium, { inflate } from "@sparticuz/chromium";

const bin = new URL("../bin/", import.meta.resolve("@sparticuz/chromium"));
const libraries = await inflate(fileURLToPath(new URL("al2023.tar.br", bin)));
console.log(JSON.stringify({ program: await chromium.executablePath(), libraries: `${libraries}/lib` }));
