// Where on a page the focus is, so that it can go on there when the page has changed.

const CONTROLS = "a[href], button, input:not([type=hidden]), select, summary";

/** The part of the page, and the place among its items or controls; null of nothing. */
export function placeOf(element) {
  if (!element || element === document.body) return null;
  const part = element.parentElement?.closest("[id]");
  const item = element.closest("[data-item]");
  return {
    id: element.id,
    part: part?.id,
    item: item ? [...item.parentElement.children].indexOf(item) : -1,
    list: item?.parentElement.className,
    control: part ? controlsOf(part).indexOf(element) : -1,
  };
}

/** What is there now; else what somebody would go on with. */
export function find(place) {
  const part = document.getElementById(place?.part);
  return (
    (place?.id && document.getElementById(place.id)) ||
    (part && (itemAt(part, place) ?? at(controlsOf(part), place.control))) ||
    document.querySelector("main input[type=search], .notice-undo")
  );
}

function itemAt(part, place) {
  if (place.item < 0) return null;
  return at([...part.querySelectorAll(`ul[class="${place.list}"] > [data-item]`)], place.item)?.querySelector("a");
}

/** The element at a place, or the last before it; undefined of none. */
function at(elements, place) {
  return elements[Math.min(Math.max(place, 0), elements.length - 1)];
}

function controlsOf(part) {
  return [...part.querySelectorAll(CONTROLS)].filter((control) => control.checkVisibility());
}
