// Drawings by keyboard: one stop for each row, arrows from mark to mark.

function rove(svg, step) {
  const links = [...svg.querySelectorAll("a")];
  if (!links.length) return;
  links[0].setAttribute("tabindex", "0");
  svg.addEventListener("keydown", (event) => {
    const at = links.indexOf(document.activeElement);
    const to = at < 0 ? -1 : step(links, at, event.key);
    if (to < 0 || to >= links.length || to === at) return;
    event.preventDefault();
    links[at].setAttribute("tabindex", "-1");
    links[to].setAttribute("tabindex", "0");
    links[to].focus();
  });
}

const along = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 };
for (const svg of document.querySelectorAll(".dispersion svg")) {
  rove(svg, (links, at, key) => {
    if (key === "Home") return 0;
    if (key === "End") return links.length - 1;
    return key in along ? at + along[key] : -1;
  });
}
for (const svg of document.querySelectorAll(".matrix")) {
  rove(svg, (links, at, key) => {
    if (key === "ArrowRight") return at + 1;
    if (key === "ArrowLeft") return at - 1;
    if (key !== "ArrowDown" && key !== "ArrowUp") return -1;
    const spot = (link) => link.querySelector("rect");
    const x = Number(spot(links[at]).getAttribute("x"));
    const y = Number(spot(links[at]).getAttribute("y"));
    const way = key === "ArrowDown" ? 1 : -1;
    const candidates = links
      .map((link, i) => ({ i, dx: Math.abs(Number(spot(link).getAttribute("x")) - x), dy: (Number(spot(link).getAttribute("y")) - y) * way }))
      .filter(({ dy }) => dy > 0)
      .sort((a, b) => a.dy - b.dy || a.dx - b.dx);
    return candidates[0]?.i ?? -1;
  });
}
