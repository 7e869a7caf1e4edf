// A card for each entity named: who it is, its names, where else it stands.

import { node, place } from "./dom.js";

const text = document.querySelector(".text");
const card = node("div", { className: "card", role: "dialog", ariaLabel: "Named here" });
card.popover = "auto";
card.tabIndex = -1;
document.body.append(card);

const idOf = (mention) =>
  mention.dataset.e ?? mention.getAttribute("href")?.split("/").pop();

function light(id) {
  for (const lit of text.querySelectorAll(".lit")) lit.classList.remove("lit");
  if (!id) return;
  const found = text.querySelectorAll(`a.m[href="/entities/${id}"], span.m[data-e="${id}"]`);
  for (const mention of found) mention.classList.add("lit");
}

function describe(id, mention) {
  const part = node("div", { className: [...mention.classList].find((name) => name !== "m" && name !== "unsure") ?? "" });
  const entry = document.getElementById(`e-${id}`);
  const kind = entry?.closest("section")?.querySelector("h3")?.textContent ?? "";
  part.append(node("p", { className: "kind", textContent: kind }));
  for (const child of entry?.children ?? []) part.append(child.cloneNode(true));
  if (mention.classList.contains("unsure")) {
    part.append(node("p", { className: "names", textContent: "Who is meant here is not certain." }));
  }
  const names = node("p", { className: "names" });
  const where = node("p", { className: "where" });
  part.append(names, where);
  complete(id, names, where);
  return part;
}

async function complete(id, names, where) {
  try {
    const response = await fetch(`/v1/entities/${id}`);
    if (!response.ok) return;
    const entity = await response.json();
    const known = [...new Set(entity.names.map((name) => name.text))];
    if (known.length) names.textContent = `Also: ${known.slice(0, 8).join("; ")}`;
    const here = document.querySelector("article").dataset.record;
    const others = entity.mentioned_in.filter((record) => record.id !== here);
    if (!others.length) return;
    where.textContent = "Elsewhere: ";
    for (const record of others.slice(0, 5)) {
      where.append(node("a", { href: `/records/${record.id}`, textContent: record.title }), " ");
    }
  } catch {
    // The card says what the page knows; more was a courtesy.
  }
}

text.addEventListener("click", (event) => {
  const mention = event.target.closest(".m");
  if (!mention || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (!getSelection().isCollapsed) return;
  const chain = [];
  for (let at = mention; at; at = at.parentElement.closest(".m")) {
    const id = idOf(at);
    if (id && !chain.some((other) => other.id === id)) chain.push({ id, at });
  }
  if (!chain.length) return;
  event.preventDefault();
  card.replaceChildren(...chain.map(({ id, at }) => describe(id, at)));
  card.showPopover();
  place(card, mention.getClientRects()[0]);
  light(chain[0].id);
  card.focus({ preventScroll: true });
});

card.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link?.getAttribute("href").startsWith("#")) card.hidePopover();
});
card.addEventListener("toggle", (event) => {
  if (event.newState === "closed") light(null);
});
