// More people sign in at once than there are workers: the rest of the server goes on answering.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Server } from "./server.mjs";
import { App } from "./sign_ins.mjs";
import { send } from "./wire.mjs";

const WORKERS = 4;
const password = "a quiet river in may";

test("half of the workers are never at a password: who comes too many is told to wait, a token call is answered", async () => {
  const server = await Server.start({ args: ["--workers", String(WORKERS), "--hash-concurrency", "1"] });
  try {
    const app = await App.create(server, await server.register("storm@example.com", password));
    const given = (await app.redeem(await app.code())).json;
    const login = (i) => send(server.issuer, "POST", "/auth/login", {
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: `nobody${i}@example.com`, password }),
    });
    const logins = Promise.all(Array.from({ length: WORKERS + 1 }, (_, i) => login(i)));
    const token = await app.refresh(given.refresh_token);
    assert.equal(token.status, 200, token.text);

    const answers = await logins;
    const refused = answers.filter(({ status }) => status !== 401);
    assert.ok(refused.length >= 1 && refused.length <= WORKERS + 1 - WORKERS / 2, answers.map(({ status, text }) => `${status} ${text}`).join("\n"));
    for (const { status, text, json, headers } of refused) {
      assert.equal(status, 503, text);
      assert.equal(json.code, "overloaded");
      assert.match(headers["retry-after"], /^[1-9][0-9]*$/);
    }
  } finally {
    await server.stop();
  }
});
