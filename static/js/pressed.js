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

/** It did not count: the page is as it was. */
export function takeBack() {
  before.forEach((className, star) => {
    star.className = className;
  });
  forget();
}

/** An answer has come, and has said how the stars stand. */
export function forget() {
  before.clear();
  document.querySelectorAll(".going").forEach((card) => card.classList.remove("going"));
}
