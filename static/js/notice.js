// The line that tells what changed; of what did not, it is said here.

let failure = "";

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.querySelector(".notice")) closeNotice();
});

/** Say something that no page says, until it is closed. */
export function tell(text) {
  failure = text;
  const close = Object.assign(document.createElement("a"), { className: "notice-close", href: location.href, textContent: "×" });
  close.dataset.close = "";
  close.setAttribute("aria-label", "Close this message");
  const notice = Object.assign(document.createElement("div"), { className: "notice" });
  notice.append(lineOf(text), close);
  document.getElementById("notice")?.replaceChildren(notice);
}

/** What a later answer says does not make it untrue that something failed. */
export function keepFailure() {
  if (!failure) return;
  const notice = document.querySelector("#notice .notice");
  if (notice) notice.prepend(lineOf(failure));
  else tell(failure);
}

/** Take the line away. */
export function closeNotice() {
  const notice = document.getElementById("notice");
  const hadFocus = notice.contains(document.activeElement);
  failure = "";
  notice.replaceChildren();
  if (hadFocus) document.getElementById("main").focus({ preventScroll: true });
}

function lineOf(text) {
  return Object.assign(document.createElement("p"), { textContent: text });
}
