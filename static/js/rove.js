// A row of stars is one stop of the Tab key; the arrows go from star to star.

import { onSwap } from "./live.js";

const GROUP = "[data-roving]";
const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

export function roveAll() {
  onSwap(() => document.querySelectorAll(GROUP).forEach(oneStop));
  document.addEventListener("keydown", (event) => {
    const group = event.target.closest?.(GROUP);
    if (!group) return;
    const buttons = [...group.querySelectorAll("button")];
    const at = buttons.indexOf(event.target);
    const next = { Home: 0, End: buttons.length - 1 }[event.key] ?? at + (STEPS[event.key] ?? 0);
    if (at < 0 || next === at || !buttons[next]) return;
    event.preventDefault();
    buttons[at].tabIndex = -1;
    buttons[next].tabIndex = 0;
    buttons[next].focus();
  });
}

function oneStop(group) {
  const buttons = [...group.querySelectorAll("button")];
  const stop = buttons.find((button) => button === document.activeElement || button.ariaPressed === "true") ?? buttons[0];
  for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
}
