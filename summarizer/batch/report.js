"use strict";
// Sorts and filters the rows that are on the page. It reads nothing but the page and makes no HTML from text.
(() => {
  const table = document.getElementById("articles");
  if (!table) return;
  const body = table.tBodies[0];
  const control = (id) => document.getElementById(id);
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  const rows = Array.from(body.rows, (element, place) => {
    const data = element.dataset;
    return {
      element,
      place,
      shown: true,
      state: data.state,
      failed: data.state === "failed",
      title: element.cells[1].firstElementChild.textContent,
      errors: Number(data.errors),
      warnings: Number(data.warnings),
      notes: Number(data.notes),
      words: Number(data.words || -1),
      seconds: Number(data.seconds),
      finished: Number(data.finished),
      kinds: data.kinds ? data.kinds.split(" ").map(decodeURIComponent) : [],
      text: null,
    };
  });

  const orders = {
    title: (a, b) => collator.compare(a.title, b.title),
    findings: (a, b) => b.failed - a.failed || b.errors - a.errors || b.warnings - a.warnings || b.notes - a.notes,
    words: (a, b) => b.words - a.words,
    seconds: (a, b) => b.seconds - a.seconds,
    finished: (a, b) => a.finished - b.finished,
  };
  const falling = new Set(["findings", "words", "seconds"]);

  function sort(header) {
    const key = header.dataset.key;
    const before = header.getAttribute("aria-sort");
    const first = falling.has(key) ? "descending" : "ascending";
    const other = first === "ascending" ? "descending" : "ascending";
    const now = before === first ? other : first;
    for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", now);
    const turn = now === first ? 1 : -1;
    rows.sort((a, b) => turn * orders[key](a, b) || a.place - b.place);
    const all = document.createDocumentFragment();
    for (const row of rows) all.append(row.element);
    body.append(all);
  }

  const levels = {
    errors: (row) => row.errors > 0,
    warnings: (row) => row.errors + row.warnings > 0,
    none: (row) => row.state === "done" && row.errors + row.warnings + row.notes === 0,
  };

  function filter() {
    const words = plain(control("text").value).split(/\s+/).filter(Boolean);
    const state = control("state").value;
    const level = levels[control("level").value];
    const kind = control("kind") ? control("kind").value : "";
    let count = 0;
    for (const row of rows) {
      if (words.length && row.text === null) row.text = plain(row.element.textContent);
      const shown =
        (!state || row.state === state) &&
        (!level || level(row)) &&
        (!kind || row.kinds.includes(kind)) &&
        words.every((word) => row.text.includes(word));
      if (shown !== row.shown) row.element.hidden = !shown;
      row.shown = shown;
      count += shown;
    }
    const group = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");
    control("count").textContent =
      count === rows.length ? `${group(count)} shown` : `${group(count)} of ${group(rows.length)} shown`;
    control("nothing").hidden = count > 0;
    control("reset").hidden = count === rows.length;
  }

  for (const header of table.tHead.querySelectorAll("[data-key]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    button.addEventListener("click", () => sort(header));
    header.replaceChildren(button);
  }
  let waiting = 0;
  control("text").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, rows.length > 2000 ? 150 : 0);
  });
  for (const id of ["state", "level", "kind"]) control(id)?.addEventListener("change", filter);
  control("reset").addEventListener("click", () => {
    for (const id of ["text", "state", "level", "kind"]) if (control(id)) control(id).value = "";
    filter();
    control("text").focus();
  });
  control("filters").hidden = false;
  filter();
})();
