// What was pressed is shown at once; the answer will say the same, or that it did not count.

// How stars stood before they were pressed.
const before = new Map();

/** Show that this was pressed. */
export function markSaid(button) {
  button?.closest("[data-item]")?.classList.add("going");
  if (!button?.matches(".star")) return;
  const stars = [...button.parentElement.children];
  const given = stars.indexOf(button);
  stars.forEach((star, at) => {
    if (!before.has(star)) before.set(star, star.className);
    star.classList.toggle("star-on", at <= given);
    star.classList.remove("star-half");
  });
}

/** The page is as it was, or as the answer has made it. */
export function unmark() {
  before.forEach((className, star) => {
    // Where an answer has come, it has said how the stars stand.
    if (star.closest(".going")) star.className = className;
  });
  before.clear();
  document.querySelectorAll(".going").forEach((card) => card.classList.remove("going"));
}
