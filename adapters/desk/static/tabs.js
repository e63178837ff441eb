// The people by keyboard: arrows move between tabs, Enter or Space opens one (WAI-ARIA, tabs, manual activation).

export function readyTabs() {
  const list = document.getElementById("tabs");
  const tabs = [...list.querySelectorAll("[role=tab]")];
  const side = window.matchMedia("(min-width: 62rem) and (min-height: 34rem)");
  const turn = () => list.setAttribute("aria-orientation", side.matches ? "vertical" : "horizontal");
  side.addEventListener("change", turn);
  turn();
  for (const tab of tabs) tab.tabIndex = tab.ariaSelected === "true" ? 0 : -1;
  const selected = tabs.find((tab) => tab.ariaSelected === "true");
  list.scrollLeft = selected.offsetLeft - 48;
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(document.activeElement);
    if (at < 0) return;
    const to = {
      ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: tabs.length - 1,
    }[event.key];
    if (event.key === " ") {
      event.preventDefault();
      tabs[at].click();
    } else if (to !== undefined) {
      event.preventDefault();
      tabs[(to + tabs.length) % tabs.length].focus();
    }
  });
}
