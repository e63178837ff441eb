// Live: the server tells that a log changed; the page looks again, and keeps its place.
import { fetchPage, refresh } from "./show.js";

let looking = false;
let waiting = false;

async function look() {
  if (looking || document.hidden) {
    waiting = true;
    return;
  }
  looking = true;
  waiting = false;
  const page = await fetchPage(`/${document.body.dataset.slug}`);
  if (page) refresh(page);
  looking = false;
  if (waiting) look();
}

export function listen() {
  const news = new EventSource(`/${document.body.dataset.slug}/news`);
  news.addEventListener("news", look);
  // Something may have come between the drawing of this page and now, or while the line was broken.
  news.addEventListener("here", look);
  document.addEventListener("visibilitychange", () => { if (waiting) look(); });
  window.addEventListener("pagehide", () => news.close());
  setInterval(look, 60_000);
}
