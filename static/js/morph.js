// Makes one element like another of the same kind, and leaves alone what is alike already: pictures
// do not flicker, and what has the focus keeps it.

/** Make `old` like `fresh`; elements are the same that have the same id or are about the same item. */
export function morph(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  syncAttributes(old, fresh);
  morphChildren(old, fresh);
  if (old instanceof HTMLSelectElement) old.selectedIndex = fresh.selectedIndex;
}

function morphChildren(old, fresh) {
  const known = new Map([...old.children].map((child) => [keyOf(child), child]).filter(([key]) => key));
  const wanted = new Set([...fresh.children].map(keyOf).filter(Boolean));
  let place = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    // What is not wanted any more goes before anything is put in its place.
    while (place && keyOf(place) && !wanted.has(keyOf(place))) place = removed(place);
    const key = keyOf(child);
    const match = key ? known.get(key) : isAlike(place, child) ? place : null;
    if (!match) {
      const made = document.importNode(child, true);
      if (key && known.size && made.matches("[data-item]")) made.classList.add("fresh");
      old.insertBefore(made, place);
      continue;
    }
    if (match === place) place = place.nextSibling;
    else old.insertBefore(match, place);
    if (match.nodeType === Node.ELEMENT_NODE) morph(match, child);
    else if (match.nodeValue !== child.nodeValue) match.nodeValue = child.nodeValue;
  }
  while (place) place = removed(place);
}

function keyOf(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  return node.id || (node.dataset?.item !== undefined ? `item:${node.dataset.item}` : "");
}

function isAlike(old, fresh) {
  return old && !keyOf(old) && old.nodeName === fresh.nodeName;
}

function removed(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function syncAttributes(old, fresh) {
  // What is being typed stays; where the page is another (back, all filters cleared), so is the field.
  const isTyped = old === document.activeElement && old.value !== old.defaultValue;
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !(name === "open" && old.nodeName === "DETAILS")) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (old instanceof HTMLInputElement) {
    if (!isTyped) old.value = fresh.value;
    old.checked = fresh.checked;
  }
}
