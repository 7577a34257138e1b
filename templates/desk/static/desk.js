// Keys for whoever works without a mouse; every page works without this file too.
"use strict";

const places = () => Array.from(document.querySelectorAll("[data-item]"));

// The list from which a case was opened, so that J and K go on from case to case.
const KEPT = "shouwen-list";
const here = location.pathname;

if (/^\/(all|find)?$/.test(here)) {
  sessionStorage.setItem(KEPT, JSON.stringify({ from: here + location.search, cases: places().map((a) => a.getAttribute("href")).filter((href) => href && href.startsWith("/case/")) }));
}

function move(step) {
  const items = places();
  if (items.length) {
    const at = items.indexOf(document.activeElement);
    const next = items[at < 0 ? (step > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + step, 0), items.length - 1)];
    (next.matches("details") ? next.querySelector("summary") : next).focus();
    next.scrollIntoView({ block: "nearest" });
    return;
  }
  const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
  const at = kept ? kept.cases.findIndex((href) => here === decodeURI(href) || here.startsWith(decodeURI(href) + "/")) : -1;
  if (at >= 0 && kept.cases[at + step]) location.assign(kept.cases[at + step]);
}

function choose(key) {
  const choice = document.querySelector(`[data-key="${key}"]`);
  if (!choice) return;
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  document.getElementById("phrase").focus();
  document.getElementById("act").scrollIntoView({ block: "center" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches("input:not([type=radio]):not([type=checkbox]), select, textarea")) return;
  const acts = {
    j: () => move(1),
    k: () => move(-1),
    a: () => choose("a"),
    r: () => choose("r"),
    c: () => document.querySelector("[data-go=c]")?.click(),
    u: () => { const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null"); location.assign(kept ? kept.from : "/"); },
    "/": () => document.querySelector("header .search input").focus(),
  };
  const act = acts[event.key.toLowerCase()];
  if (act) { event.preventDefault(); act(); }
});

document.querySelectorAll("form[data-auto] select").forEach((select) => select.addEventListener("change", () => select.form.requestSubmit()));
