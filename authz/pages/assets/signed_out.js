// Goes on to the app once the frames that tell the other apps have loaded, or after three seconds.
// Without script the page does the same after a few seconds, and has a link.
"use strict";

const next = document.getElementById("continue");
const frames = Array.from(document.querySelectorAll("iframe.telling"));
const loaded = frames.map((frame) => new Promise((resolve) => frame.addEventListener("load", resolve)));
const late = new Promise((resolve) => setTimeout(resolve, 3000));
if (next) Promise.race([Promise.all(loaded), late]).then(() => location.replace(next.href));
