// Forms and links that change the page they stand on: sent in the background, and of the page that
// is answered only what differs is put in place. The server makes every page; nothing is made here.

import { morph } from "./morph.js";
import { closeNotice, keepFailure, tell } from "./notice.js";
import { find, placeOf } from "./place.js";
import { forget, markSaid, takeBack } from "./pressed.js";

const SWAPPED = "swapped";
// What just changed: said in an answer's address, and not to be said again by a reload.
const CHANGES = ["changed", "was"];
// Of a form that says something, what the page may have changed until it is sent.
const OF_THE_PAGE = ["csrf_token", "back"];
const NO_ANSWER = "There is no connection just now. Nothing was changed.";
const NOT_DONE = "That did not work. Please try again.";

const main = document.getElementById("main");
let queue = Promise.resolve();
let looks = 0;
// What the page shows, but for a place in it.
let shown = "";
// Where the last press was that was none in the notice: where to go on when the notice is gone.
let opener = null;

/** Send what is marked live from here, one after the other. */
export function keepLive() {
  document.addEventListener("submit", (event) => {
    if (!isLive(event.target)) return;
    event.preventDefault();
    if (event.target.method === "post") say(event.target, event.submitter);
    else look(addressOf(event.target), { push: true });
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.('form[data-live="change"]');
    if (form) look(addressOf(form), { push: true });
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-live], a[data-close]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (link.matches("[data-close]")) closeNotice();
    else look(link.href, { push: true, toTop: link.dataset.live === "top" });
  });
  document.addEventListener("pointermove", () => main.classList.remove("still"));
  window.addEventListener("popstate", () => {
    if (location.pathname + location.search !== shown) look(location.href, {});
  });
  // A page that the browser kept as it was knows nothing of what was said since.
  window.addEventListener("pageshow", (event) => event.persisted && look(location.href, {}));
  // What was said before the script was there is said once.
  remember("replaceState", location.href);
}

/** Call this now, and whenever a part of the page was replaced. */
export function onSwap(callback) {
  callback();
  document.addEventListener(SWAPPED, callback);
}

function isLive(form) {
  return form.id === "say" || form.id === "say-exactly" || "live" in form.dataset;
}

/** What is empty, or as it always is, stays out of a form's address. */
function addressOf(form) {
  const address = new URL(form.getAttribute("action"), location.href);
  const isUnturned = (name, value) => form.elements[name]?.type === "range" && value === form.elements[name].min;
  const said = [...new FormData(form)].filter(([name, value]) => value !== "" && !isUnturned(name, value));
  address.search = new URLSearchParams(said);
  return address;
}

function say(form, button) {
  const address = new URL(button?.getAttribute("formaction") ?? form.getAttribute("action"), location.href);
  const data = new FormData(form);
  if (button?.name) data.append(button.name, button.value);
  markSaid(button);
  enqueue(button, {}, () => {
    OF_THE_PAGE.forEach((name) => data.set(name, form.elements[name].value));
    return new Request(address, { method: "POST", body: new URLSearchParams(data) });
  });
}

function look(address, how) {
  const mine = ++looks;
  // Overtaken by a look that was asked for later.
  enqueue(document.activeElement, how, () => (mine === looks ? new Request(address) : null));
}

function enqueue(from, how, ask) {
  const isInNotice = from?.closest?.("#notice");
  const place = isInNotice ? opener : placeOf(from);
  opener = place;
  queue = queue.then(() => {
    const request = ask();
    return request && send(request, how, place);
  });
}

async function send(request, how, place) {
  main.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(request);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (response.ok) show(page, new URL(response.url), how, place);
    else fail(page.querySelector("[data-problem]")?.textContent ?? NOT_DONE);
  } catch {
    fail(NO_ANSWER);
  } finally {
    main.removeAttribute("aria-busy");
  }
}

function fail(text) {
  takeBack();
  document.querySelectorAll('form[data-live="change"]').forEach((form) => form.reset());
  tell(text);
}

function show(page, address, how, place) {
  if (address.pathname !== location.pathname) {
    location.assign(address);
    return;
  }
  remember(how.push ? "pushState" : "replaceState", address);
  document.title = page.title;
  for (const id of ["main", "say", "notice"]) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (old && fresh) morph(old, fresh);
  }
  document.querySelectorAll('form[data-live="change"]').forEach(settle);
  forget();
  keepFailure();
  // Another card lies under the pointer now, whose stars nobody means.
  main.classList.add("still");
  document.dispatchEvent(new Event(SWAPPED));
  goOn(how, place);
}

/** A form stands as the answer has it, but for the field that somebody is still at. */
function settle(form) {
  const field = form.contains(document.activeElement) ? document.activeElement : null;
  const [value, checked] = [field?.value, field?.checked];
  form.reset();
  if (field) Object.assign(field, { value, checked });
}

/** What had the focus is gone: go on where it was, not at the top of the page. */
function goOn(how, place) {
  if (how.toTop) {
    scrollTo({ top: 0 });
    main.focus({ preventScroll: true });
  } else if (document.activeElement === document.body) {
    (find(place) ?? main).focus({ preventScroll: true });
  }
}

/** Make an address that of this page, without what just changed. */
function remember(way, address) {
  const clean = new URL(address);
  if (CHANGES.some((name) => clean.searchParams.has(name))) {
    CHANGES.forEach((name) => clean.searchParams.delete(name));
    clean.hash = "";
  }
  history[way](null, "", clean);
  shown = clean.pathname + clean.search;
}
