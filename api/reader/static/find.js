// Find in the text: every place marked at once, without touching the document.

import { textNodes } from "./dom.js";

const form = document.querySelector("form.find");
const input = form.elements.q;
const told = form.querySelector("output");
const MOST = 2000;

const loose = { "'": "['\u2018\u2019]", '"': '["\u201c\u201d]', "-": "[-\u2010-\u2015]" };
const pattern = (query) =>
  new RegExp(
    query
      .trim()
      .replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")
      .replace(/[\u2018\u2019]/g, "'")
      .replace(/[\u201c\u201d]/g, '"')
      .replace(/['"-]/g, (mark) => loose[mark])
      .replace(/\s+/g, "\\s+"),
    "giu",
  );

function rangesIn(paragraph, matches) {
  const ranges = [];
  let next = 0;
  let range = null;
  for (const { text, start, end } of textNodes(paragraph)) {
    while (next < matches.length) {
      const [first, last] = matches[next];
      if (!range) {
        if (first >= end) break;
        range = new Range();
        range.setStart(text, first - start);
      }
      if (last > end) break;
      range.setEnd(text, last - start);
      ranges.push(range);
      range = null;
      next += 1;
    }
  }
  return ranges;
}

if (CSS.highlights) {
  const all = new Highlight();
  const one = new Highlight();
  one.priority = 1;
  CSS.highlights.set("found", all);
  CSS.highlights.set("current", one);
  let found = [];
  let current = -1;
  let last = "";

  const search = () => {
    last = input.value;
    all.clear();
    one.clear();
    found = [];
    current = -1;
    told.textContent = "";
    if (last.trim().length < 2) return;
    const wanted = pattern(last);
    for (const paragraph of document.querySelectorAll(".t")) {
      const matches = [...paragraph.textContent.matchAll(wanted)].map((match) => [
        match.index,
        match.index + match[0].length,
      ]);
      if (matches.length) found.push(...rangesIn(paragraph, matches));
      if (found.length >= MOST) break;
    }
    for (const range of found) all.add(range);
    told.textContent = found.length ? `${found.length} found` : "Not in this text";
  };

  const go = (step) => {
    if (!found.length) return;
    current = (current + step + found.length) % found.length;
    one.clear();
    one.add(found[current]);
    const paragraph = found[current].startContainer.parentElement.closest(".t");
    paragraph.scrollIntoView({ block: "nearest", behavior: "instant" });
    requestAnimationFrame(() => {
      const { top } = found[current].getBoundingClientRect();
      scrollBy({ top: top - innerHeight / 3, behavior: "instant" });
    });
    told.textContent = `${current + 1} of ${found.length}`;
  };

  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, 120);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    if (input.value !== last) search();
    go(1);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.shiftKey) {
      event.preventDefault();
      go(-1);
    } else if (event.key === "Escape") {
      input.value = "";
      search();
    }
  });
}
