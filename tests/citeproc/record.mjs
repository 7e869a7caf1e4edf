// Records how citeproc-js styles the items of items.py.
//
//   npm ci && python -m tests.citeproc.items | node tests/citeproc/record.mjs STYLES LOCALES
//
// STYLES and LOCALES are folders with the CSL project's styles and locales; neither they nor
// citeproc-js are part of this repository: only what they answer is.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import CSL from "citeproc";

const STYLES = {
  chicago: "chicago-notes-bibliography",
  mla: "modern-language-association",
  apa: "apa",
};
const [styles, locales] = process.argv.slice(2);
const locale = readFileSync(join(locales, "locales-en-US.xml"), "utf8");
const cases = JSON.parse(readFileSync(0, "utf8"));

function engineFor(xml, item) {
  const system = {
    retrieveLocale: () => locale,
    retrieveItem: () => structuredClone(item),
  };
  const engine = new CSL.Engine(system, xml);
  engine.updateItems([item.id]);
  return engine;
}

function ask(xml, { item, locator }) {
  const answer = {};
  for (const format of ["text", "html"]) {
    const engine = engineFor(xml, item);
    engine.setOutputFormat(format);
    const cite = { id: item.id, ...(locator && { locator, label: "paragraph" }) };
    answer[format] = {
      citation: engine.makeCitationCluster([cite]),
      entry: engine
        .makeBibliography()[1]
        .join("")
        .replace(/^\s*<div class="csl-entry">|<\/div>\s*$/g, "")
        .trim(),
    };
  }
  return answer;
}

const recorded = { styles: {}, cases: {} };
for (const entry of cases) {
  recorded.cases[entry.case] = { item: entry.item, ...(entry.locator && { locator: entry.locator }) };
}
for (const [style, file] of Object.entries(STYLES)) {
  const xml = readFileSync(join(styles, `${file}.csl`), "utf8");
  recorded.styles[style] = {
    title: xml.match(/<title>([^<]*)/)[1],
    updated: xml.match(/<updated>([^<]*)/)[1],
    sha256: createHash("sha256").update(xml).digest("hex"),
  };
  for (const entry of cases) recorded.cases[entry.case][style] = ask(xml, entry);
}
recorded.citeproc = CSL.PROCESSOR_VERSION;
writeFileSync(new URL("expectations.json", import.meta.url), JSON.stringify(recorded, null, 1) + "\n");
console.log(`${cases.length} cases, ${Object.keys(STYLES).length} styles`);
