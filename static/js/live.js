// Forms and links that change the page they stand on: sent in the background, and of the page that
// is answered only what differs is put in place. The server makes every page; nothing is made here.

import { morph } from "./morph.js";
import { find, placeOf } from "./place.js";

const SWAPPED = "swapped";
// What just changed: said in an answer's address, and not to be said again by a reload.
const CHANGES = ["changed", "was"];

const main = document.getElementById("main");
let last = Promise.resolve();
let latest = 0;
// How stars stood before they were pressed, until an answer says how they stand.
const pressed = new Map();

/** Send what is marked live from here, one after the other. */
export function keepLive() {
  document.addEventListener("submit", (event) => {
    if (!isLive(event.target)) return;
    event.preventDefault();
    submit(event.target, event.submitter);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.('form[data-live="change"]');
    if (form) submit(form, null);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-live], a[data-close]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (link.matches("[data-close]")) closeNotice();
    else go(new Request(link.href), { push: true, toTop: link.dataset.live === "top" });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.querySelector(".notice")) closeNotice();
  });
  document.addEventListener("pointermove", () => main.classList.remove("still"));
  window.addEventListener("popstate", () => go(new Request(location.href), {}));
  // What was said before the script was there is said once.
  history.replaceState(null, "", withoutChange(location.href));
}

/** Call this now, and whenever a part of the page was replaced. */
export function onSwap(callback) {
  callback();
  document.addEventListener(SWAPPED, callback);
}

function isLive(form) {
  return form.id === "say" || form.id === "say-exactly" || "live" in form.dataset;
}

function submit(form, button) {
  const data = new FormData(form);
  if (button?.name) data.append(button.name, button.value);
  const address = new URL(button?.getAttribute("formaction") ?? form.getAttribute("action"), location.href);
  if (form.method === "post") {
    markSaid(button);
    go(new Request(address, { method: "POST", body: new URLSearchParams(data) }), { button });
    return;
  }
  // What is empty, or as it always is, stays out of the address.
  const said = [...data].filter(([name, value]) => value !== "" && !isUnturned(form, name, value));
  address.search = new URLSearchParams(said);
  go(new Request(address), { push: true });
}

function isUnturned(form, name, value) {
  return form.elements[name]?.type === "range" && value === form.elements[name].min;
}

function go(request, how) {
  const mine = ++latest;
  // A look is overtaken by what is asked for later; what is said is said in its order.
  const place = placeOf(how.button ?? document.activeElement);
  last = last.then(() => (request.method === "POST" || mine === latest ? send(request, how, place, () => mine === latest) : undefined));
}

async function send(request, how, place, isLatest) {
  main.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(request);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!response.ok) tell(page.querySelector("[data-problem]")?.textContent ?? "That did not work. Please try again.");
    else if (isLatest()) show(page, new URL(response.url), how, place);
  } catch {
    tell("There is no connection just now. Nothing was changed.");
  } finally {
    main.removeAttribute("aria-busy");
  }
}

function show(page, address, how, place) {
  if (address.pathname !== location.pathname) {
    location.assign(address);
    return;
  }
  const here = withoutChange(address);
  if (how.push) history.pushState(null, "", here);
  else history.replaceState(null, "", here);
  document.title = page.title;
  for (const id of ["main", "say", "notice"]) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (old && fresh) morph(old, fresh);
  }
  main.querySelectorAll(".going").forEach((card) => card.classList.remove("going"));
  // Another card lies under the pointer now, whose stars nobody means.
  main.classList.add("still");
  pressed.clear();
  document.dispatchEvent(new Event(SWAPPED));
  if (how.toTop) {
    scrollTo({ top: 0 });
    main.focus({ preventScroll: true });
  } else if (document.activeElement === document.body) {
    // What had the focus is gone: go on where it was, not at the top of the page.
    (find(place) ?? main).focus({ preventScroll: true });
  }
}

/** Show at once what was pressed; the answer will say the same. */
function markSaid(button) {
  button?.closest("[data-item]")?.classList.add("going");
  if (!button?.matches(".star")) return;
  const stars = [...button.parentElement.children];
  const last = stars.indexOf(button);
  stars.forEach((star, at) => {
    if (!pressed.has(star)) pressed.set(star, star.className);
    star.classList.toggle("star-on", at <= last);
    star.classList.remove("star-half");
  });
}

/** Say something that no page says: what was pressed did not count. */
function tell(text) {
  pressed.forEach((before, star) => (star.className = before));
  pressed.clear();
  main.querySelectorAll(".going").forEach((card) => card.classList.remove("going"));
  const line = Object.assign(document.createElement("p"), { textContent: text });
  const close = Object.assign(document.createElement("a"), { className: "notice-close", href: location.href, textContent: "×" });
  close.dataset.close = "";
  close.setAttribute("aria-label", "Close this message");
  const notice = Object.assign(document.createElement("div"), { className: "notice" });
  notice.append(line, close);
  document.getElementById("notice")?.replaceChildren(notice);
}

function closeNotice() {
  const notice = document.getElementById("notice");
  const hadFocus = notice.contains(document.activeElement);
  notice.replaceChildren();
  if (hadFocus) main.focus({ preventScroll: true });
}

function withoutChange(address) {
  const clean = new URL(address);
  if (!CHANGES.some((name) => clean.searchParams.has(name))) return clean;
  CHANGES.forEach((name) => clean.searchParams.delete(name));
  clean.hash = "";
  return clean;
}
