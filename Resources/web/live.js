// Keeps a part of a page as the service has it, by server-sent events. Without this module the page is
// loaded anew by hand.

// Puts what has changed into a table and leaves the rest alone, so that no button loses its focus.
function patch(table, next) {
  const name = (row) => row.cells[0].textContent;
  const wanted = new Set([...next.rows].map(name));
  for (const row of [...table.rows]) if (!wanted.has(name(row))) row.remove();
  const known = new Map([...table.rows].map((row) => [name(row), row]));
  [...next.rows].forEach((fresh, place) => {
    const row = known.get(name(fresh)) ?? fresh;
    if (row !== table.rows[place]) table.insertBefore(row, table.rows[place] ?? null);
    if (row === fresh) return;
    [...fresh.cells].forEach((cell, column) => {
      const old = row.cells[column];
      if (old.innerHTML !== cell.innerHTML && !old.contains(document.activeElement)) {
        old.replaceWith(cell);
      }
    });
  });
}

function show(box, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const [table, next] = [box.querySelector("tbody"), fresh.content.querySelector("tbody")];
  if (table && next) patch(table, next);
  else box.replaceChildren(fresh.content);
}

for (const box of document.querySelectorAll("[data-live]")) {
  const events = new EventSource(box.dataset.live);
  events.addEventListener("change", (event) => show(box, event.data));
  // What was awaited is there: the page has more to show, unless somebody is at work on it.
  events.addEventListener("end", (event) => {
    events.close();
    if (document.activeElement === document.body) location.reload();
    else show(box, event.data);
  });
  // The session is over; the page to log in leads back here.
  events.addEventListener("over", () => {
    events.close();
    location.reload();
  });
}
