"use strict";

// Tables sort by a click on a column's title, upwards or downwards; empty cells come last.
for (const table of document.querySelectorAll("table.sortable")) {
  table.querySelectorAll("thead th").forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => sort(table, head, column));
  });
}

function sort(table, head, column) {
  const first = head.classList.contains("number") ? "descending" : "ascending";
  const other = first === "ascending" ? "descending" : "ascending";
  const order = head.getAttribute("aria-sort") === first ? other : first;
  table.querySelectorAll("thead th").forEach((each) => each.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", order);
  const sign = order === "ascending" ? 1 : -1;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows, (row) => [key(row.cells[column], head), row]);
  rows.sort(([a], [b]) => {
    if (a === null || b === null) return (a === null) - (b === null);
    return sign * (typeof a === "number" ? a - b : a.localeCompare(b, "en"));
  });
  body.append(...rows.map(([, row]) => row));
}

function key(cell, head) {
  if (head.classList.contains("number")) {
    return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
  }
  return cell.textContent.trim() || null;
}

// A row stays if it has every word of the filter.
for (const field of document.querySelectorAll("input[type=search]")) {
  field.addEventListener("input", () => filter(field));
}

function filter(field) {
  const words = field.value.toLowerCase().split(/\s+/);
  const rows = Array.from(document.getElementById(field.dataset.table).tBodies[0].rows);
  for (const row of rows) {
    const name = row.querySelector(".name");
    const text = `${row.textContent} ${name ? name.title : ""}`.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
  const left = rows.filter((row) => !row.hidden).length;
  field.parentElement.querySelector("output").value =
    field.value ? `${left} of ${rows.length}` : "";
}

// A link to a row that a filter hides shows it again.
function reveal() {
  const row = document.getElementById(location.hash.slice(1));
  if (!row) return;
  if (row.hidden) {
    const field = document.querySelector(`input[data-table="${row.closest("table").id}"]`);
    field.value = "";
    filter(field);
    row.scrollIntoView({ block: "center" });
  }
  row.focus({ preventScroll: true });
}
addEventListener("hashchange", reveal);

for (const button of document.querySelectorAll("button.copy")) {
  button.addEventListener("click", async () => {
    const code = button.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
}
