// Select words: copy them with a citation that points to them, and with what to beware of.

import { copyFrom } from "./copy.js";
import { node, place } from "./dom.js";

const article = document.querySelector("article[data-record]");
const text = document.querySelector(".text");
const record = article.dataset.record;
const LOCAL = {
  instruction: "A direction to whoever was to write this, not a statement",
  placeholder: "A blank that was left to be filled",
};

const bar = node("div", { className: "quoter", role: "group", ariaLabel: "The selected words" });
bar.popover = "manual";
const copyQuotation = node("button", { type: "button", textContent: "Copy quotation" });
const copyLink = node("button", { type: "button", textContent: "Copy link" });
const buttons = node("div", { className: "buttons" });
const warnings = node("div", { role: "status" });
buttons.append(copyQuotation, copyLink);
bar.append(buttons, warnings);

let chosen = null;

// The parts of the selection in paragraphs, counted in UTF-16 units as JavaScript does.
function read(selection) {
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(text)) return null;
  const parts = [];
  for (const block of text.querySelectorAll(".b")) {
    if (!range.intersectsNode(block)) {
      if (parts.length) break;
      continue;
    }
    const paragraph = block.querySelector(".t");
    const inside = new Range();
    inside.selectNodeContents(paragraph);
    if (inside.compareBoundaryPoints(Range.START_TO_START, range) < 0) {
      if (inside.compareBoundaryPoints(Range.START_TO_END, range) <= 0) {
        if (!paragraph.contains(range.startContainer)) continue;
      }
      inside.setStart(range.startContainer, range.startOffset);
    }
    if (inside.compareBoundaryPoints(Range.END_TO_END, range) > 0) {
      if (!paragraph.contains(range.endContainer)) continue;
      inside.setEnd(range.endContainer, range.endOffset);
    }
    const quote = inside.toString();
    if (!quote.trim()) continue;
    const before = new Range();
    before.selectNodeContents(paragraph);
    before.setEnd(inside.startContainer, inside.startOffset);
    const start = before.toString().length + (quote.length - quote.trimStart().length);
    const words = quote.trim();
    const number = Number(block.querySelector(".n").dataset.n);
    const marks = [...paragraph.querySelectorAll(".a.instruction, .a.placeholder")]
      .filter((mark) => inside.intersectsNode(mark))
      .map((mark) => (mark.matches(".instruction") ? "instruction" : "placeholder"));
    if (paragraph.matches(".instruction")) marks.push("instruction");
    parts.push({ block, number, id: paragraph.id, start, end: start + words.length, words, marks });
  }
  return parts.length ? { parts, rect: range.getClientRects()[range.getClientRects().length - 1] } : null;
}

const encode = (words) => encodeURIComponent(words).replace(/-/g, "%2D");

// What can be said without asking: used at once, and kept where the API cannot be reached.
function guess(parts) {
  const numbers = parts.map((part) => part.number);
  const [first, last] = [numbers[0], numbers[numbers.length - 1]];
  const base = document.getElementById("citation").dataset.base.replace(/\.\s*$/, "");
  const where = first === last ? `para. ${first}` : `paras. ${first}\u2013${last}`;
  const words = parts[0].words.split(/\s+/);
  const end = parts[parts.length - 1].words.split(/\s+/);
  const directive = parts.length === 1 && words.length < 12
    ? encode(parts[0].words)
    : `${encode(words.slice(0, 4).join(" "))},${encode(end.slice(-4).join(" "))}`;
  return {
    citation: `${base}, ${where}.`,
    link: `${location.origin}/records/${record}#:~:text=${directive}`,
    warnings: [...new Set(parts.flatMap((part) => part.marks))].map((mark) => LOCAL[mark]),
  };
}

async function ask(parts) {
  const query = new URLSearchParams();
  if (article.dataset.view === "reading") {
    query.set("quote", parts.map((part) => part.words).join(" "));
  } else if (parts.length === 1) {
    query.set("paragraph", parts[0].id);
    query.set("start", parts[0].start);
    query.set("end", parts[0].end);
    query.set("offsets", "utf16");
  } else {
    query.set("paragraphs", `${parts[0].number}-${parts[parts.length - 1].number}`);
  }
  const response = await fetch(`/v1/records/${record}/citation?${query}`);
  if (!response.ok) throw new Error(response.statusText);
  const told = await response.json();
  return {
    citation: told.styles.wilson.text,
    link: told.pinpoint.link,
    warnings: [...new Set(told.warnings.map((warning) => warning.message))],
  };
}

function show(told) {
  warnings.replaceChildren(
    ...told.warnings.map((message) => node("p", { className: "warning", textContent: message })),
  );
}

function offer() {
  const selection = getSelection();
  if (bar.contains(document.activeElement)) return;
  const read_ = selection.isCollapsed ? null : read(selection);
  if (!read_) {
    if (bar.isConnected && bar.matches(":popover-open")) bar.hidePopover();
    chosen = null;
    return;
  }
  const { parts, rect } = read_;
  const mine = { parts, told: guess(parts) };
  chosen = mine;
  // Next in the order of focus after the words, so that the keyboard gets there.
  parts[parts.length - 1].block.after(bar);
  show(mine.told);
  bar.showPopover();
  place(bar, rect);
  ask(parts).then(
    (told) => {
      mine.told = { ...told, link: parts.length > 1 ? mine.told.link : told.link };
      if (chosen === mine) show(told);
    },
    () => {},
  );
}

const words = (parts) => `\u201c${parts.map((part) => part.words).join(" ")}\u201d`;

copyQuotation.addEventListener("click", () => {
  const { parts, told } = chosen;
  const lines = [words(parts), "", told.citation, told.link];
  if (told.warnings.length) lines.push("", ...told.warnings.map((message) => `Note: ${message}.`));
  copyFrom(copyQuotation, lines.join("\n"));
});
copyLink.addEventListener("click", () => copyFrom(copyLink, chosen.told.link));

let timer = 0;
document.addEventListener("selectionchange", () => {
  clearTimeout(timer);
  timer = setTimeout(offer, 250);
});
