// Copy buttons, and copying for whoever else needs it.

const said = document.createElement("p");
said.className = "hidden";
said.setAttribute("role", "status");
document.body.append(said);

export async function copy(text, html) {
  if (navigator.clipboard && html && window.ClipboardItem) {
    const parts = { "text/plain": text, "text/html": html };
    const blobs = Object.entries(parts).map(([type, part]) => [type, new Blob([part], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
  } else if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
  } else {
    // Without a secure connection there is no clipboard but the selection's.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

export async function copyFrom(button, text, html) {
  const label = button.dataset.label ?? button.textContent;
  button.dataset.label = label;
  try {
    await copy(text, html);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not copied";
  }
  said.textContent = button.textContent;
  setTimeout(() => {
    button.textContent = label;
    said.textContent = "";
  }, 1600);
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const from = document.getElementById(button.dataset.copy);
    copyFrom(button, from.textContent.trim(), from.dataset.html);
  });
}
