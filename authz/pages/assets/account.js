// What script adds to the account pages, and nothing depends on: buttons that copy and print.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    const lines = Array.from(source.children, (child) => child.textContent);
    await navigator.clipboard.writeText(lines.length ? lines.join("\n") : source.textContent);
    button.textContent = button.dataset.done;
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
