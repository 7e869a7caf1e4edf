// The outline follows the reading position.

const nav = document.querySelector("nav.outline");
const text = document.querySelector(".text");

if (nav && text) {
  const details = nav.querySelector("details");
  const wide = matchMedia("(min-width: 64rem)");
  const fit = () => { details.open = wide.matches; };
  wide.addEventListener("change", fit);
  fit();
  nav.addEventListener("click", (event) => {
    if (!wide.matches && event.target.closest("a")) details.open = false;
  });

  const links = new Map([...nav.querySelectorAll("a")].map((a) => [a.dataset.section, a]));
  let current = null;
  let waiting = false;

  const follow = () => {
    waiting = false;
    const box = text.getBoundingClientRect();
    const below = document.elementFromPoint(box.left + Math.min(box.width / 2, 240), 150);
    const section = below?.closest(".b")?.dataset.s;
    const link = section && links.get(section);
    if (!link || link === current) return;
    current?.removeAttribute("aria-current");
    link.setAttribute("aria-current", "location");
    current = link;
    const { top, bottom } = link.getBoundingClientRect();
    const seen = nav.getBoundingClientRect();
    if (top < seen.top || bottom > seen.bottom) nav.scrollTop += top - seen.top - seen.height / 2;
  };
  addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(follow);
    waiting = true;
  }, { passive: true });
  requestAnimationFrame(follow);
}
