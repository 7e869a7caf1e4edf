import "./copy.js";
import { highlight } from "./highlight.js";

for (const button of document.querySelectorAll("button[data-run]")) {
  button.hidden = false;
  const answer = document.getElementById(button.getAttribute("aria-controls"));
  button.addEventListener("click", async () => {
    button.disabled = true;
    const begun = performance.now();
    try {
      const options = button.dataset.body
        ? { method: "POST", body: button.dataset.body, headers: { "Content-Type": "application/json" } }
        : {};
      const response = await fetch(button.dataset.run, options);
      const body = await response.text();
      const took = Math.round(performance.now() - begun);
      const type = response.headers.get("Content-Type") ?? "";
      const shown = type.includes("json") ? JSON.stringify(JSON.parse(body), null, 2) : body;
      const cut = shown.length > 6000 ? `${shown.slice(0, 6000)}\n…` : shown;
      answer.textContent = `${response.status} ${response.statusText} · ${took} ms\n\n${cut}`;
    } catch (error) {
      answer.textContent = String(error);
    }
    answer.hidden = false;
    button.disabled = false;
  });
}

const demo = document.querySelector("[data-demo]");
if (demo) highlight(demo, "", demo.dataset.demo, demo.dataset.paragraph);
