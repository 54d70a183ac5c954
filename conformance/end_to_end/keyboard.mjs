// A person without a mouse, who looks at each page on a desk in the light and on a phone in the dark.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { accessibilityViolations, screenshot } from "./browser.mjs";

// Tab until the control with this id has the focus.
export async function tabTo(page, id) {
  for (let presses = 0; presses < 120; presses++) {
    if ((await page.evaluate(() => document.activeElement?.id)) === id) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`#${id} is not reached with Tab on ${page.url()}`);
}

export async function type(page, id, text) {
  await tabTo(page, id);
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(text);
}

export async function press(page, id) {
  await tabTo(page, id);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

// Accessible and without sideways scrolling, both times.
export async function look(page, name) {
  const desk = page.viewportSize();
  await screenshot(page, name);
  assert.deepEqual(await accessibilityViolations(page), [], `accessibility of ${name}`);
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  assert.deepEqual(await accessibilityViolations(page), [], `accessibility of ${name} in the dark`);
  await page.setViewportSize({ width: 390, height: 844 });
  await screenshot(page, `${name}-phone-dark`);
  assert.deepEqual(await accessibilityViolations(page), [], `accessibility of ${name} on a phone in the dark`);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} fits a phone`);
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.setViewportSize(desk);
}

// RFC 6238 with HMAC-SHA1, six digits, 30 seconds.
export function totp(secret, at = Date.now()) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6).padStart(6, "0");
}
