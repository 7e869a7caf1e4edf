// Making elements, and putting one beside another.

export const node = (name, properties) => Object.assign(document.createElement(name), properties);

// Below a rectangle of the viewport or, where there is no room, above it.
export function place(floating, rect) {
  const { width, height } = floating.getBoundingClientRect();
  const page = document.documentElement;
  const left = Math.max(8, Math.min(rect.left, page.clientWidth - width - 8));
  const below = rect.bottom + 8;
  const top = below + height > innerHeight && rect.top > height + 16 ? rect.top - height - 8 : below;
  floating.style.left = `${left + scrollX}px`;
  floating.style.top = `${top + scrollY}px`;
}

// The text nodes of an element, with where each begins in its text.
export function* textNodes(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let at = 0;
  for (let found = walker.nextNode(); found; found = walker.nextNode()) {
    yield { text: found, start: at, end: at + found.length };
    at += found.length;
  }
}
