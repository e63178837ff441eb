// Takes a page that the server drew and puts its parts into this one, keeping focus, scroll and what was typed.

const part = (page, id) => page.getElementById(id);

/** The page that answers a post (or, without a body, a look); undefined where there is none, which is said. */
export async function fetchPage(address, body) {
  try {
    const answer = await fetch(address, body ? { method: "POST", body } : {});
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.ok) return page;
    say(part(page, "sentence")?.textContent ?? "That did not work. Please try once more.");
  } catch {
    say("Report Post is not answering. Your answers are still here: please try again in a moment.");
  }
  return undefined;
}

/** A sentence in passing, read out at once. */
export function say(sentence) {
  const passing = document.getElementById("passing");
  const line = document.createElement("p");
  line.textContent = sentence;
  passing.replaceChildren(line);
  passing.scrollIntoView({ block: "nearest" });
}

export function show(page, { quietly = false, clockOnly = false, pressed = "" } = {}) {
  if (!clockOnly) showPanel(page, quietly);
  if (clockOnly || !clockHasFocus()) showClock(page, pressed);
  showLog(page);
  showTabs(page);
  for (const id of ["press", "say"]) {
    const mark = document.querySelector(`#${id} input[name=mark]`);
    if (mark) mark.value = page.querySelector(`#${id} input[name=mark]`).value;
  }
}

export function refresh(page) {
  showLog(page);
  showTabs(page);
  if (!clockHasFocus()) showClock(page, "");
}

function showPanel(page, quietly) {
  const panel = document.getElementById("panel");
  const old = panel.firstElementChild;
  const fresh = part(page, "panel").firstElementChild;
  const held = panel.contains(document.activeElement);
  const passing = part(page, "passing").textContent.trim();
  passing ? say(passing) : document.getElementById("passing").replaceChildren();
  document.body.classList.toggle("has-sheet", Boolean(fresh));
  if (!fresh) {
    panel.replaceChildren();
    if (held || passing) document.getElementById(passing ? "passing" : "log").focus();
    return;
  }
  const same = old?.dataset.form && old.dataset.form === fresh.dataset.form;
  const focused = document.activeElement?.id;
  const stops = new Set([...panel.querySelectorAll(".stop")].map((stop) => stop.dataset.card));
  const typed = quietly ? whatIsTyped(panel) : new Map();
  if (same) blend(old, fresh);
  else panel.replaceChildren(fresh);
  for (const [id, value] of typed) {
    const text = document.getElementById(id);
    if (text) text.value = value;
  }
  settle(panel, { same, quietly, focused, held, stops });
}

/** Where focus and sight go: to what is wrong, to a new stop card, to a new title; else they stay. */
function settle(panel, { same, quietly, focused, held, stops }) {
  const wrong = panel.querySelector(".wrong");
  const fresh = [...panel.querySelectorAll(".stop")].find((stop) => !stops.has(stop.dataset.card));
  if (wrong && !quietly) {
    wrong.closest("details")?.setAttribute("open", "");
    (wrong.querySelector("[aria-invalid]") ?? wrong.querySelector("input:not([type=hidden]), textarea")).focus();
    wrong.scrollIntoView({ block: "nearest" });
  } else if (!same) {
    document.getElementById("panel").scrollTop = 0;
    document.getElementById("sheet-title").focus({ preventScroll: true });
    panel.scrollIntoView({ block: "start" });
  } else if (focused && document.activeElement?.id !== focused) {
    (document.getElementById(focused) ?? document.getElementById("sheet-title")).focus({ preventScroll: true });
  } else if (held && document.activeElement === document.body) {
    document.getElementById("sheet-title").focus({ preventScroll: true });
  }
  if (same && fresh) fresh.scrollIntoView({ block: "start" });
}

/** Somebody may go on typing while an answer is under way. */
function whatIsTyped(panel) {
  return new Map([...panel.querySelectorAll(".text")].map((text) => [text.id, text.value]));
}

/** What a part says, whatever is answered in it: equal parts stay as they stand, with focus and what is typed. */
function asked(element) {
  const copy = element.cloneNode(true);
  for (const input of copy.querySelectorAll("input, textarea")) plainly(input);
  plainly(copy);
  return copy.outerHTML;
}

function plainly(element) {
  element.removeAttribute("checked");
  if (element.matches("textarea")) element.textContent = "";
  if (element.matches("input:not([type=radio], [type=checkbox], [name=asks])")) element.removeAttribute("value");
  if (element.matches("details")) element.removeAttribute("open");
}

function blend(old, fresh) {
  const spare = [...old.children];
  const wanted = [...fresh.children].map((child) => {
    const says = asked(child);
    let at = spare.findIndex((each) => asked(each) === says);
    const equal = at >= 0;
    if (!equal && "parts" in child.dataset) at = spare.findIndex((each) => each.className === child.className);
    if (at < 0) return child;
    const [kept] = spare.splice(at, 1);
    if (child.open) kept.open = true;
    if (!equal) blend(kept, child);
    else if (child.matches("input[type=hidden]")) kept.value = child.value;
    return kept;
  });
  for (const gone of spare) gone.remove();
  let next = old.firstElementChild;
  for (const child of wanted) {
    if (child === next) next = next.nextElementSibling;
    else old.insertBefore(child, next);
  }
}

const clockHasFocus = () => document.getElementById("clock").contains(document.activeElement);

function showClock(page, pressed) {
  const clock = document.getElementById("clock");
  clock.replaceChildren(...part(page, "clock").children);
  const wrong = clock.querySelector("[aria-invalid]");
  (wrong ?? document.getElementById(pressed))?.focus();
}

function showTabs(page) {
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const fresh = part(page, tab.id);
    tab.querySelector(".count")?.remove();
    const count = fresh.querySelector(".count");
    if (count) tab.append(count);
    count ? tab.setAttribute("aria-describedby", count.id) : tab.removeAttribute("aria-describedby");
  }
}

function showLog(page) {
  const log = document.getElementById("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  let added = false;
  const fresh = [...part(page, "log").children];
  const known = new Map([...log.children].map((child) => [child.dataset.ref, child]));
  for (const child of fresh) {
    const old = known.get(child.dataset.ref);
    known.delete(child.dataset.ref);
    if (old?.dataset.version === child.dataset.version) continue;
    if (old) old.replaceWith(child);
    else {
      child.classList.add("new");
      log.append(child);
      added = true;
    }
  }
  for (const gone of known.values()) gone.remove();
  if (added && atEnd) showNewest();
}

export function showNewest() {
  const log = document.getElementById("log");
  log.scrollTop = log.scrollHeight;
  if (!document.body.classList.contains("has-sheet")) log.lastElementChild?.scrollIntoView({ block: "nearest" });
}
