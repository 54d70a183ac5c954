// A button beside everything that is there to be copied. Without script it can be selected.
"use strict";

for (const source of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = source.dataset.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = source.dataset.copied;
    setTimeout(() => (button.textContent = source.dataset.copy), 2000);
  });
  (source.closest("pre") || source).after(button);
}
