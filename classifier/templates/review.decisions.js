// What was decided, step by step, so that undo takes the last step back. A step is [ad, label or null, time].

const remember = (name, value) => {
  try {
    localStorage.setItem(name, value);
    return true;
  } catch {
    return false; // Storage is full or switched off.
  }
};

const recall = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};

class Decisions {
  constructor(key, count) {
    this.key = `review:${key}`;
    this.count = count;
    this.reload();
    this.kept = remember(this.key, JSON.stringify(this.steps));
  }

  reload() {
    let steps = null;
    try {
      steps = JSON.parse(recall(this.key));
    } catch {
      // Another page may have written anything under this name.
    }
    const sound = (step) => Array.isArray(step) && Number.isInteger(step[0]) && step[0] >= 0 && step[0] < this.count;
    this.steps = Array.isArray(steps) ? steps.filter(sound) : [];
    this.replay();
  }

  replay() {
    this.made = new Map();
    for (const [ad, label, time] of this.steps) {
      if (label === "fraud" || label === "legit") this.made.set(ad, { label, time });
      else this.made.delete(ad);
    }
  }

  of(ad) {
    return this.made.get(ad)?.label ?? "undecided";
  }

  decide(ad, label) {
    this.steps.push([ad, label, new Date().toISOString().replace(/\.\d+/, "")]);
    this.replay();
    this.kept = remember(this.key, JSON.stringify(this.steps));
  }

  // Gives the ad whose last step was taken back, or undefined.
  undo() {
    const step = this.steps.pop();
    this.replay();
    this.kept = remember(this.key, JSON.stringify(this.steps));
    return step?.[0];
  }

  // A table that train.py reads as it is. A cell is the text itself, whatever it begins with.
  csv(cases) {
    const cell = (value) => `"${String(value).replaceAll('"', '""')}"`;
    const decided = [...this.made.keys()].sort((a, b) => a - b);
    const rows = decided.map((ad) => {
      const { key, row, text } = cases[ad];
      const { label, time } = this.made.get(ad);
      return [key, row, text, label, time].map(cell).join(",");
    });
    return ["id,row,text,label,time", ...rows, ""].join("\r\n");
  }
}

const download = (name, text) => {
  const link = document.createElement("a");
  // The byte order mark tells Excel that this is UTF-8.
  link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};
