// The page: filters, the ads that fit on one screenful of work, keys, the language.

// How many ads stand in the page at once.
const AT_ONCE = 50;

const byId = (id) => document.getElementById(id);
const data = (id) => JSON.parse(byId(id).textContent);
const cases = data("cases");
const schemes = data("schemes");
const languages = data("languages");
const decisions = new Decisions(document.body.dataset.key, cases.length);

let language = document.documentElement.lang;
let current = 0; // the ad that keys decide, as its place among the cases
let list = []; // the ads that pass the filters
let cards = new Map(); // the elements of those that stand in the page

const say = (name, values = {}) => languages[language][name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
// Making a format is slow, and a page of ads needs thousands of numbers. Kazakh ones are written as Russian
// ones are, and Chromium knows only those.
const formats = {};
const format = (kind, options) => (formats[kind + language] ??= new Intl.NumberFormat(say("numbers"), options));
const number = (n) => format("number").format(n);
const signed = (n) => format("signed", { signDisplay: "always" }).format(n);
const percent = (score) => {
  // Nothing is certain: 99.97 % is not rounded to 100.
  const floored = Math.min(0.999, Math.floor(score * 1000) / 1000);
  if (score < 0.99) return format("percent", { style: "percent" }).format(floored);
  return format("nearly", { style: "percent", maximumFractionDigits: 1 }).format(floored);
};
const named = (id) => (id === "clear" ? say("clear_band") : Object.hasOwn(languages[language], id) ? say(id) : plain(id));
const schemeName = (id) => schemes[id]?.[language]?.[0] ?? plain(id);

// Filters

const everyone = cases.map((_, n) => n);
const filter = (of, name, values = [...new Set(everyone.map(of))]) => ({ of, name, values });
const FILTERS = {
  band: filter((n) => cases[n].band, named),
  scheme: filter((n) => cases[n].scheme, (id) => (id ? schemeName(id) : say("none"))),
  category: filter((n) => cases[n].category, (id) => (id ? plain(id) : say("none"))),
  decision: filter((n) => decisions.of(n), named, ["undecided", "fraud", "legit"]),
};
// The value of an option bears a sign, so that "all" differs from "the cell was empty".
const ALL = "";

const folded = (text) => text.normalize("NFKC").toLowerCase().replaceAll("ё", "е");
const haystacks = [];
const haystack = (n) => {
  const { text, key, repaired } = cases[n];
  return (haystacks[n] ??= folded([text, key, ...repaired.map(([, , read]) => read)].join("\n")));
};

const passing = (except) => {
  const words = folded(byId("words").value).split(/\s+/).filter(Boolean);
  const chosen = Object.keys(FILTERS).filter((name) => name !== except && byId(name).value !== ALL);
  const wanted = chosen.map((name) => [FILTERS[name].of, byId(name).value.slice(1)]);
  return everyone.filter(
    (n) => wanted.every(([of, value]) => of(n) === value) && words.every((word) => haystack(n).includes(word)),
  );
};

const offer = (id) => {
  const { of, name, values } = FILTERS[id];
  const select = byId(id);
  const chosen = select.value;
  const among = passing(id);
  const counts = new Map(values.map((value) => [value, 0]));
  for (const n of among) counts.set(of(n), counts.get(of(n)) + 1);
  const option = (value, text, count) => element("option", { value }, `${text} (${number(count)})`);
  const options = values.map((value) => option(`=${value}`, name(value), counts.get(value)));
  select.replaceChildren(option(ALL, say("all"), among.length), ...options);
  select.value = chosen;
  select.parentElement.hidden = values.every((value) => value === "");
};

// What stands in the page

// A screen reader speaks what is written into a live region, so nothing is written twice.
const write = (id, text) => {
  if (byId(id).textContent !== text) byId(id).textContent = text;
};

const stamp = (n) => {
  const card = cards.get(n);
  const label = decisions.of(n);
  card.dataset.decision = label;
  for (const button of card.querySelectorAll(".buttons button")) {
    button.setAttribute("aria-pressed", String(button.value === label));
  }
  if (n === current) card.setAttribute("aria-current", "true");
  else card.removeAttribute("aria-current");
};

// Only what changes is touched: moving an element takes the focus away from it, and costs.
const stand = (wanted) => {
  const main = byId("ads");
  const kept = new Set(wanted);
  for (const card of [...main.children]) if (!kept.has(card)) card.remove();
  let at = main.firstElementChild;
  for (const card of wanted) {
    if (card === at) at = at.nextElementSibling;
    else main.insertBefore(card, at);
  }
};

const lay = () => {
  const first = Math.floor(Math.max(0, list.indexOf(current)) / AT_ONCE) * AT_ONCE;
  const shown = list.slice(first, first + AT_ONCE);
  const held = cards;
  cards = new Map(shown.map((n) => [n, held.get(n) ?? cardOf(cases[n], n)]));
  shown.forEach(stamp);
  stand([...cards.values()]);
  document.querySelector("nav").hidden = list.length <= AT_ONCE;
  byId("place").textContent = say("place", {
    page: number(first / AT_ONCE + 1),
    pages: number(Math.ceil(list.length / AT_ONCE)),
  });
  byId("back").disabled = first === 0;
  byId("on").disabled = first + AT_ONCE >= list.length;
};

const tell = (message = "") => {
  const progress = say("decided", { decided: number(decisions.made.size), all: number(cases.length) });
  write("status", `${message} ${progress}`.trim());
  byId("progress").max = Math.max(1, cases.length);
  byId("progress").value = decisions.made.size;
  byId("undo").disabled = !decisions.steps.length;
  byId("save").disabled = !decisions.made.size;
  byId("unkept").hidden = decisions.kept;
};

// Filter anew and go to the wanted ad, or to what stands in its place if it no longer passes.
const show = (message, wanted = current) => {
  const place = list.indexOf(current);
  list = passing();
  if (list.includes(wanted)) current = wanted;
  else if (!list.includes(current)) current = list[Math.min(Math.max(0, place), list.length - 1)] ?? 0;
  Object.keys(FILTERS).forEach(offer);
  lay();
  const filtered = list.length < cases.length;
  byId("clear").hidden = !filtered;
  const shown = say("shown", { shown: number(list.length), all: number(cases.length) });
  write("shown", list.length ? shown : say("nothing"));
  tell(message);
};

// Moving and deciding

const focus = () => {
  const card = cards.get(current);
  card?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: "start" });
};

const moveTo = (place) => {
  if (!list.length) return;
  current = list[Math.min(Math.max(0, place), list.length - 1)];
  lay();
  focus();
};
const move = (by) => moveTo(list.indexOf(current) + by);

const decide = (n, label) => {
  if (!list.includes(n)) return;
  if (decisions.of(n) !== label) decisions.decide(n, label);
  const after = list.slice(list.indexOf(n) + 1);
  const message = say("did", { n: number(n + 1), decision: say(label) });
  show(message, after.find((other) => decisions.of(other) === "undecided") ?? after[0] ?? n);
  focus();
};

const withdraw = (n) => {
  decisions.decide(n, null);
  show(say("withdrawn", { n: number(n + 1) }), n);
  focus();
};

const undo = () => {
  const n = decisions.undo();
  if (n === undefined) return;
  show(say("undone", { n: number(n + 1) }), n);
  focus();
};

const save = () => {
  if (!decisions.made.size) return;
  download("decisions.csv", decisions.csv(cases));
  tell(say("saved", { n: number(decisions.made.size) }));
};

byId("ads").addEventListener("click", ({ target }) => {
  const button = target.closest(".buttons button");
  if (!button) return;
  const n = cardAt(button);
  if (decisions.of(n) === button.value) withdraw(n);
  else decide(n, button.value);
});
byId("ads").addEventListener("focusin", ({ target }) => {
  const n = cardAt(target);
  if (n === undefined || n === current) return;
  const before = current;
  current = n;
  for (const other of [before, n]) if (cards.has(other)) stamp(other);
});
const cardAt = (inside) => [...cards].find(([, card]) => card.contains(inside))?.[0];

byId("undo").addEventListener("click", undo);
byId("save").addEventListener("click", save);
byId("back").addEventListener("click", () => moveTo((Math.floor(list.indexOf(current) / AT_ONCE) - 1) * AT_ONCE));
byId("on").addEventListener("click", () => moveTo((Math.floor(list.indexOf(current) / AT_ONCE) + 1) * AT_ONCE));

const KEYS = {
  f: () => decide(current, "fraud"),
  h: () => decide(current, "legit"),
  u: undo,
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
};

document.addEventListener("keydown", (event) => {
  const busy = event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !byId("keys").checked;
  if (busy || event.target.closest("input, select, textarea")) return;
  // On a Cyrillic layout the key tells a Cyrillic letter, the code where it lies.
  const key = /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : event.code.replace(/^Key/, "");
  const act = KEYS[key] ?? KEYS[key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  // A key held down moves on and on, but decides once.
  if (!event.repeat || /^(j|k|Arrow)/i.test(key)) act();
});

// Filters, language, other windows

const form = document.querySelector("form");
let waiting = 0;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", () => show());
byId("words").addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 120);
});
byId("clear").addEventListener("click", () => {
  form.reset();
  show();
  focus();
});

const speak = (wanted) => {
  language = wanted;
  document.documentElement.lang = wanted;
  document.title = say("heading");
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", say(node.dataset.label));
  for (const button of document.querySelectorAll(".languages button")) {
    button.setAttribute("aria-pressed", String(button.value === wanted));
  }
  cards = new Map();
  show();
};

document.querySelector(".languages").addEventListener("click", ({ target }) => {
  if (!target.value) return;
  remember("review:language", target.value);
  speak(target.value);
});
byId("keys").addEventListener("change", ({ target }) => remember("review:keys", target.checked ? "" : "off"));
window.addEventListener("storage", ({ key }) => {
  if (key !== decisions.key) return;
  decisions.reload();
  show();
});

// On a phone the ads come first: the filters fold away.
const narrow = matchMedia("(max-width: 40rem)");
const fold = () => byId("folding").toggleAttribute("open", !narrow.matches);
narrow.addEventListener("change", fold);
fold();

byId("keys").checked = recall("review:keys") !== "off";
current = everyone.find((n) => decisions.of(n) === "undecided") ?? 0;
speak(languages[recall("review:language")] ? recall("review:language") : language);
if (decisions.made.size) focus();
