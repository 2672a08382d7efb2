// Where on a page the focus is, so that it can go on there when the page has changed.

/** The section, the place among its items, and the kind of control; null of nothing. */
export function placeOf(element) {
  const item = element?.closest?.("[data-item]");
  const section = element?.closest?.("section[id], main[id]");
  if (!element || element === document.body) return null;
  const items = item ? [...item.parentElement.children] : [];
  return { section: section?.id, at: items.indexOf(item), list: item?.parentElement.className, id: element.id };
}

/** What is there now; null where the place is gone. */
export function find(place) {
  if (!place) return null;
  if (place.id && document.getElementById(place.id)) return document.getElementById(place.id);
  const section = place.section && document.getElementById(place.section);
  const items = section && place.at >= 0 ? section.querySelectorAll(`ul[class="${place.list}"] > [data-item]`) : [];
  const item = items[Math.min(place.at, items.length - 1)];
  return item?.querySelector("a") ?? document.querySelector(".notice-undo");
}
