// Reads every record's RIS and BibTeX back with Citation.js and holds them against its CSL-JSON.
//
//   node citations.mjs http://127.0.0.1:8000
//
// Fields that Citation.js knows no tag for (an archive's location in RIS) are not asked about here.
import { Cite } from "@citation-js/core";
import "@citation-js/plugin-bibtex";
import "@citation-js/plugin-csl";
import "@citation-js/plugin-ris";

const base = process.argv[2]?.replace(/\/$/, "");
if (!base) {
  console.error("usage: node citations.mjs BASE_URL");
  process.exit(2);
}
const FORMATS = [
  {
    ext: "ris",
    type: "@ris/file",
    fields: ["title", "URL", "language", "abstract", "container-title", "volume"],
    people: ["author"],
  },
  {
    ext: "bib",
    type: "@biblatex/text",
    fields: ["title", "URL", "container-title", "volume", "publisher"],
    people: ["author", "translator"],
  },
];
const plain = (value) => (value ?? "").replace(/<span class="nocase">|<\/span>/g, "").replace(/\s+/g, " ");
// Particles stand before the family name in one format and behind the given name in another.
const surname = (one) => (one.literal ?? one.family).split(" ").at(-1);
const surnames = (people) => (people ?? []).map(surname).join("; ");

async function ask(path) {
  const answer = await fetch(path.startsWith("http") ? path : base + path);
  if (!answer.ok) throw new Error(`${answer.status} for ${answer.url}`);
  return answer;
}

async function* records() {
  for (let page = "/v1/records"; page; ) {
    const list = await (await ask(page)).json();
    yield* list.items;
    page = list.next;
  }
}

let asked = 0;
const wrong = [];
for await (const { id } of records()) {
  const path = `/v1/records/${encodeURIComponent(id)}`;
  const answer = await (await ask(`${path}.csl.json`)).json();
  const csl = Array.isArray(answer) ? answer[0] : answer;
  for (const { ext, type, fields, people } of FORMATS) {
    const read = new Cite(await (await ask(`${path}.${ext}`)).text(), { forceType: type }).data;
    asked += 1;
    if (read.length !== 1) wrong.push(`${id}.${ext}: ${read.length} entries`);
    const [entry = {}] = read;
    for (const field of fields) {
      if (plain(csl[field]) !== plain(entry[field])) {
        wrong.push(`${id}.${ext}: ${field}: ${csl[field]} came back as ${entry[field]}`);
      }
    }
    for (const role of people) {
      if (surnames(csl[role]) !== surnames(entry[role])) {
        wrong.push(`${id}.${ext}: ${role}: ${surnames(csl[role])} came back as ${surnames(entry[role])}`);
      }
    }
  }
}
for (const line of wrong) console.error(line);
console.log(`${asked} exports read back, ${wrong.length} differences`);
process.exit(wrong.length || !asked ? 1 : 0);
