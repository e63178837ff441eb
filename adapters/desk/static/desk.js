// What the page does with a script: posts without leaving, shows news at once. Without it, forms post as they are.
import { act, leaveQuietly, shutPanel } from "./act.js";
import { catchUp, chooseAlone, readyFiles, reveal } from "./form.js";
import { listen } from "./news.js";
import { readyTabs } from "./tabs.js";
import { showNewest } from "./show.js";

document.documentElement.classList.add("scripted");

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  act(form, event.submitter);
});

document.addEventListener("click", (event) => {
  const shut = event.target.closest("[data-shut]");
  const ask = event.target.closest("[data-ask]");
  const close = event.target.closest("[data-close]");
  if (shut) {
    event.preventDefault();
    shutPanel();
  } else if (ask) {
    event.preventDefault();
    const dialog = document.getElementById(ask.dataset.ask);
    dialog.removeAttribute("popover");
    dialog.showModal();
  } else if (close) {
    event.preventDefault();
    document.getElementById(close.dataset.close).close();
  }
});

document.addEventListener("change", (event) => {
  chooseAlone(event.target);
  reveal(event.target);
});

// Enter sends what is typed to the bot, as in other chats; Shift and Enter begins a new line.
document.getElementById("say-text")?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (event.target.value.trim()) event.target.form.requestSubmit(event.target.form.querySelector("button"));
});

window.addEventListener("pagehide", leaveQuietly);

readyTabs();
readyFiles();
catchUp();
listen();
showNewest();
