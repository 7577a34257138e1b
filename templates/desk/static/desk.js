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
    x: () => {
      const box = document.activeElement.closest(".pickrow, .pick")?.querySelector("input[type=checkbox]");
      if (box) box.click();
    },
    "/": () => document.querySelector("header .search input").focus(),
  };
  const act = acts[event.key.toLowerCase()];
  if (act) { event.preventDefault(); act(); }
});

document.querySelectorAll("form[data-auto] select").forEach((select) => select.addEventListener("change", () => select.form.requestSubmit()));

// A saved reply goes into the text, where the clerk may change it.
document.querySelectorAll("select[data-into]").forEach((select) => select.addEventListener("change", () => {
  const text = select.selectedOptions[0].dataset.text;
  if (text !== undefined) document.getElementById(select.dataset.into).value = text;
}));

// How many are ticked, and all of them at once.
const picked = document.querySelector(".picked");
if (picked) {
  const boxes = Array.from(document.querySelectorAll(".pickrow input[type=checkbox]"));
  const all = document.createElement("button");
  all.type = "button";
  all.textContent = "全选本页";
  const tell = () => {
    const count = boxes.filter((box) => box.checked).length;
    picked.textContent = `已选${count}项`;
    all.textContent = count < boxes.length ? "全选本页" : "全不选";
  };
  all.addEventListener("click", () => { const to = boxes.some((box) => !box.checked); boxes.forEach((box) => { box.checked = to; }); tell(); });
  boxes.forEach((box) => box.addEventListener("change", tell));
  picked.after(all);
  tell();
}

// Pages of scans are drawn a few at a time: whoever comes too early asks again, later each time.
document.querySelectorAll(".scan img").forEach((img) => {
  let tried = 0;
  img.addEventListener("error", async () => {
    const box = img.closest(".scan"), from = img.src.split("?")[0];
    const told = await fetch(from).catch(() => null);
    if (!told || tried >= 20 || (told.status !== 503 && !told.ok)) { box.classList.remove("waits"); return; }
    tried += 1;
    box.classList.add("waits");
    setTimeout(() => { img.src = `${from}?again=${tried}`; }, told.ok ? 0 : 1000 * Math.min(tried, 5));
  });
  img.addEventListener("load", () => img.closest(".scan").classList.remove("waits"));
});
