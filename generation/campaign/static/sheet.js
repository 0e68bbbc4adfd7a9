// The contact sheet: filters, decisions, keys. Where the form says `data-save-to`, each decision is
// sent there at once, and counts only when the server has kept it; a sheet that lies in a folder
// saves all of them as decisions.json.
"use strict";

const form = document.querySelector(".filters form");
const counted = document.querySelector(".counted");
const told = document.querySelector(".told");
const again = document.querySelector("#again");
const saveTo = form.dataset.saveTo;
const groups = [...document.querySelectorAll(".sheet section")].map(el => ({
  el, recipient: el.dataset.recipient, item: el.dataset.item,
  cards: [...el.querySelectorAll("article")].map(card => ({
    card, target: card.dataset.target, verdict: card.dataset.verdict, text: card.dataset.text,
  })),
}));
const all = groups.flatMap(group => group.cards.map(one => one.card));
const byId = new Map(all.map(card => [card.dataset.id, card]));
const waiting = new Map(); // Asset -> state that is not saved yet.
let saving = false;

// Filters

function show() {
  const want = Object.fromEntries(new FormData(form)), words = want.text.toLowerCase().trim();
  for (const one of groups) {
    const here = (!want.recipient || one.recipient === want.recipient) && (!want.item || one.item === want.item);
    let any = false;
    for (const { card, target, verdict, text } of one.cards) {
      const fits = here && (!want.target || target === want.target) && (!want.verdict || verdict === want.verdict)
        && (!want.state || card.dataset.state === want.state) && (!words || text.includes(words));
      if (card.hidden === fits) card.hidden = !fits;
      any ||= fits;
    }
    if (one.el.hidden === any) one.el.hidden = !any;
  }
  count();
}

function count() {
  let shown = 0, approved = 0, rejected = 0;
  for (const card of all) {
    shown += !card.hidden;
    if (saveTo && waiting.has(card.dataset.id)) continue;
    approved += card.dataset.state === "approved";
    rejected += card.dataset.state === "rejected";
  }
  counted.textContent = `${shown.toLocaleString()} of ${all.length.toLocaleString()} assets; `
    + `${approved.toLocaleString()} approved, ${rejected.toLocaleString()} rejected`;
}

// Decisions

function put(card, state) {
  if (!card.querySelector(".decide")) return; // It could not be made.
  card.dataset.state = state;
  for (const button of card.querySelectorAll(".decide button"))
    button.setAttribute("aria-pressed", button.value === state);
  if (saveTo) card.dataset.waiting = "";
  waiting.set(card.dataset.id, state);
}

function decide(card, state) {
  put(card, card.dataset.state === state ? "open" : state);
  save();
}

function decideShown(state) {
  const wanted = all.filter(card => !card.hidden && card.dataset.state !== state
    && (state === "approved" ? card.dataset.verdict === "passed" : card.dataset.verdict !== "not made"));
  const verb = state === "approved" ? "Approve" : "Reject";
  if (!wanted.length || !confirm(`${verb} ${wanted.length.toLocaleString()} assets?`)) return;
  for (const card of wanted) put(card, state);
  save();
}

function tell(kind, text) {
  told.dataset.told = kind;
  told.textContent = text;
  again.hidden = kind !== "failed";
}

async function save() {
  count();
  if (!saveTo || saving || !waiting.size) return;
  saving = true;
  const sent = new Map(waiting);
  tell("saving", "Saving…");
  try {
    await post(sent);
    for (const [id, state] of sent) if (waiting.get(id) === state) {
      waiting.delete(id);
      delete byId.get(id).dataset.waiting;
    }
    tell("saved", "Saved");
  } catch (error) {
    tell("failed", `Not saved: ${error.message}`);
    return;
  } finally {
    saving = false;
    count();
  }
  save(); // What was decided meanwhile.
}

async function post(decisions) {
  const seen = Object.fromEntries([...decisions.keys()].map(id => [id, byId.get(id).dataset.key]));
  const body = { decisions: Object.fromEntries(decisions), seen };
  if (form.elements.by.value.trim()) body.by = form.elements.by.value.trim();
  let answer;
  try {
    answer = await fetch(saveTo, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      signal: AbortSignal.timeout(20000),
    });
  } catch {
    throw new Error("the server does not answer.");
  }
  if (answer.ok) return;
  const said = await answer.json().catch(() => null);
  throw new Error(said?.error?.message ?? `the server answered ${answer.status}.`);
}

function download() {
  const link = document.createElement("a");
  const text = JSON.stringify(Object.fromEntries(waiting), null, 1);
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = "decisions.json";
  link.click();
}

// Keys

let current = null;

function go(card) {
  if (!card) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function beside(card, step) {
  let at = all.indexOf(card) + step;
  while (all[at]?.hidden) at += step;
  return all[at];
}

// The nearest of the next row.
function below(card, step) {
  const middle = one => { const box = one.getBoundingClientRect(); return [box.left + box.width / 2, box.top]; };
  const [x, y] = middle(card);
  let best, nearest = Infinity, row;
  for (let one = beside(card, step); one; one = beside(one, step)) {
    const [left, top] = middle(one);
    if (top === y) continue;
    row ??= top;
    if (top !== row) break;
    if (Math.abs(left - x) < nearest) { nearest = Math.abs(left - x); best = one; }
  }
  return best;
}

const KEYS = {
  a: card => decide(card, "approved"),
  r: card => decide(card, "rejected"),
  ArrowRight: card => go(beside(card, 1)),
  ArrowLeft: card => go(beside(card, -1)),
  ArrowDown: card => go(below(card, 1)),
  ArrowUp: card => go(below(card, -1)),
};

addEventListener("keydown", event => {
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act || event.repeat && event.key.length === 1 || event.ctrlKey || event.metaKey || event.altKey
    || event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  if (current && !current.hidden) act(current);
  else go(all.find(card => !card.hidden));
});

const main = document.querySelector(".sheet main");
if (all.length) all[0].tabIndex = 0;
main.addEventListener("focusin", event => {
  const card = event.target.closest("article");
  if (!card || card === current) return;
  (current ?? all[0]).tabIndex = -1;
  card.tabIndex = 0;
  current = card;
});
main.addEventListener("click", event => {
  const button = event.target.closest(".decide button");
  if (button) decide(button.closest("article"), button.value);
});
document.querySelector("#approve-shown").addEventListener("click", () => decideShown("approved"));
document.querySelector("#reject-shown").addEventListener("click", () => decideShown("rejected"));
again.addEventListener("click", saveTo ? save : download);
addEventListener("online", save);
addEventListener("beforeunload", event => { if (waiting.size) event.preventDefault(); });
form.addEventListener("input", show);
form.addEventListener("submit", event => event.preventDefault());

if (saveTo) {
  const by = form.elements.by;
  by.value = localStorage.getItem("by") ?? "";
  by.addEventListener("change", () => localStorage.setItem("by", by.value));
}
show();
