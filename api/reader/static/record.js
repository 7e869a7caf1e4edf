import "./copy.js";
import "./outline.js";
import "./cards.js";
import "./find.js";
import "./quote.js";
import "./plots.js";

// What is marked is remembered, on this machine alone.
for (const box of document.querySelectorAll("input[data-kind]")) {
  const name = `marks:${box.dataset.kind}`;
  try {
    const kept = localStorage.getItem(name);
    if (kept !== null) box.checked = kept === "1";
    box.addEventListener("change", () => localStorage.setItem(name, box.checked ? "1" : "0"));
  } catch {
    break;
  }
}
