// One ad as elements. Text from an ad enters the page through text nodes alone.

// An ad is shown up to here, in UTF-16 units, until one asks for the rest.
const LONG = 2000;

// How many repairs are listed beside an ad.
const MOST_READ = 12;

// From which weight, in logits, a word is shaded how strongly.
const STEPS = [0.1, 0.4, 0.8, 1.4];

// What a reader cannot see, or what turns the direction of the text; not what joins the parts of an emoji.
const HIDDEN =
  /(?![\t\n])(?:(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d|(?!\u200d)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u3164\uffa0])/gu;

const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

const code = (char) => char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");

// Text as it may stand in a label: hidden characters by their numbers.
const plain = (text) => text.replace(/\s+/g, " ").replace(HIDDEN, (char) => `[${code(char)}]`);

// Text as nodes, hidden characters in boxes of their own; a run of one character is one box.
const visible = (text) => {
  const lines = text.replace(/\r\n?/g, "\n");
  const nodes = [];
  let place = 0;
  let box = null;
  for (const { 0: char, index } of lines.matchAll(HIDDEN)) {
    if (box && index === place && box.name === code(char)) {
      box.times += 1;
      box.node.textContent = `${box.name}×${box.times}`;
    } else {
      if (index > place) nodes.push(lines.slice(place, index));
      box = { name: code(char), times: 1, node: element("span", { class: "hidden" }, code(char)) };
      nodes.push(box.node);
    }
    place = index + char.length;
  }
  return place < lines.length ? [...nodes, lines.slice(place)] : nodes;
};

// Cut a text where a mark or a repair begins or ends: [start, stop, mark or null, repair or null].
function* pieces(end, marks, repaired) {
  const covering = (spans, place) => {
    while (spans.next < spans.all.length && spans.all[spans.next][1] <= place) spans.next += 1;
    const span = spans.all[spans.next];
    return span && span[0] <= place ? { span, until: span[1] } : { span: null, until: span?.[0] ?? end };
  };
  const [weights, repairs] = [marks, repaired].map((all) => ({ all, next: 0 }));
  for (let place = 0, stop; place < end; place = stop) {
    const [mark, repair] = [covering(weights, place), covering(repairs, place)];
    stop = Math.min(end, mark.until, repair.until);
    yield [place, stop, mark.span, repair.span];
  }
}

const shaded = (content, mark, repair) => {
  const step = mark ? STEPS.filter((from) => Math.abs(mark[2]) >= from).length : 0;
  if (!step && !repair) return content;
  const classes = [step ? `${mark[2] > 0 ? "fraud" : "honest"} w${step}` : "", repair ? "repaired" : ""];
  const made = element(step ? "mark" : "span", { class: classes.join(" ").trim() }, ...content);
  const weight = step ? say("weight", { n: signed(mark[2]) }) : "";
  made.title = [weight, repair ? `${say("read")} ${plain(repair[2])}` : ""].filter(Boolean).join("; ");
  return [made];
};

const textOf = ({ text, marks, repaired }, whole) => {
  const blank = text.length - text.trimStart().length;
  let end = text.trimEnd().length;
  if (!whole && end > LONG * 1.2) end = LONG - /[\ud800-\udbff]/.test(text[LONG - 1]);
  const nodes = [];
  for (const [start, stop, mark, repair] of pieces(end, marks, repaired)) {
    if (stop <= blank) continue;
    nodes.push(...shaded(visible(text.slice(Math.max(start, blank), stop)), mark, repair));
  }
  const block = element("div", { class: "text", dir: "auto", lang: "" }, ...nodes);
  if (!text.trim()) block.replaceChildren(element("em", {}, say("empty")));
  if (end < text.trimEnd().length) {
    const more = element("button", { type: "button" }, say("whole", { n: number(text.length) }));
    more.addEventListener("click", () => block.replaceWith(textOf({ text, marks, repaired }, true)));
    block.append("… ", more);
  }
  return block;
};

const isolated = (text) => element("bdi", { lang: "" }, plain(text));

// A Latin "a" looks like a Cyrillic one; what does not stand in the word that was read is made to show.
const odd = (written, meant) => {
  const known = folded(meant);
  const letters = [...plain(written)].map((char) => (known.includes(folded(char)) ? char : element("b", {}, char)));
  return element("bdi", { lang: "" }, ...letters);
};

const notesOf = (ad, n) => {
  const notes = element("div", { class: "notes" });
  if (ad.scheme) notes.append(element("p", { id: `scheme-${n}`, class: "scheme" }, schemeName(ad.scheme)));
  const advice = schemes[ad.scheme]?.[language]?.[1];
  if (advice) notes.append(element("p", {}, advice));
  const list = (name, items) => {
    if (items.length) notes.append(element("h3", {}, say(name)), element("ul", {}, ...items));
  };
  list("reasons", ad.reasons.map((reason) => element("li", {}, isolated(reason))));
  const read = ([start, stop, meant]) =>
    element("li", {}, odd(ad.text.slice(start, stop), meant), " → ", isolated(meant));
  list("read", ad.repaired.slice(0, MOST_READ).map(read));
  if (ad.label) notes.append(element("p", { class: "given" }, `${say("given")}: ${named(ad.label)}`));
  return notes;
};

const headOf = (ad, n) => {
  const head = element("h2", { id: `ad-${n}` });
  head.append(element("span", { class: "score" }, percent(ad.score)), " ");
  head.append(element("span", { class: `band ${ad.band === "hold" ? "hold" : ""}` }, named(ad.band)));
  return head;
};

const originOf = (ad, n) => {
  const parts = [say("number", { n: number(n + 1) }), say("row", { n: ad.row })].map((part) => element("span", {}, part));
  if (ad.key !== String(ad.row)) parts.push(isolated(ad.key));
  if (ad.category) parts.push(isolated(ad.category));
  return element("p", { class: "origin" }, ...parts);
};

const buttonsOf = () => {
  const button = (label, key) =>
    element("button", { type: "button", value: label, "aria-keyshortcuts": key }, say(label), element("kbd", { "aria-hidden": "true" }, key));
  return element("div", { class: "buttons" }, button("fraud", "f"), button("legit", "h"));
};

const cardOf = (ad, n) =>
  element(
    "article",
    { tabindex: "-1", "aria-labelledby": `ad-${n} scheme-${n}` },
    element("header", {}, headOf(ad, n), originOf(ad, n)),
    textOf(ad, false),
    notesOf(ad, n),
    buttonsOf(),
  );
