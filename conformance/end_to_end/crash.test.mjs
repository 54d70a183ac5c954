// What was answered survives: kill -9 in the middle of a load of sign-ins, then start again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server, sleep } from "./server.mjs";
import { App } from "./sign_ins.mjs";

let server, app;

before(async () => {
  server = await Server.start();
  app = await App.create(server, await server.register("crash@example.com", "a quiet river in may"));
});

after(() => server?.stop());

test("after kill -9 every answered exchange still refreshes and no code works twice", async () => {
  const answered = [];
  let load = true;
  const worker = async () => {
    while (load) {
      try {
        const code = await app.code();
        const answer = await app.redeem(code);
        if (answer.status === 200) answered.push({ code, tokens: answer.json });
      } catch {
        return; // the server was killed under this request
      }
    }
  };
  const workers = Array.from({ length: 16 }, worker);
  while (answered.length < 150) await sleep(10);
  await server.kill();
  load = false;
  await Promise.all(workers);
  await server.launch();

  // First every refresh, then every code: a reused code ends its grant.
  for (const { tokens } of answered) {
    const refreshed = await app.refresh(tokens.refresh_token);
    assert.equal(refreshed.status, 200, refreshed.text);
  }
  for (const { code, tokens } of answered) {
    const again = await app.redeem(code);
    assert.equal(again.status, 400);
    assert.equal(again.json.code, "invalid_grant");
    const refreshed = await app.refresh(tokens.refresh_token);
    assert.equal(refreshed.status, 400, "the reused code ended the grant");
  }
});

test("of 64 simultaneous redemptions of one code exactly one wins, and the reuse ends its grant", async () => {
  for (let round = 0; round < 5; round++) {
    const code = await app.code();
    const answers = await Promise.all(Array.from({ length: 64 }, () => app.redeem(code)));
    const won = answers.filter((a) => a.status === 200);
    assert.equal(won.length, 1);
    assert.ok(answers.every((a) => a.status === 200 || a.json.code === "invalid_grant"));
    assert.equal((await app.refresh(won[0].json.refresh_token)).status, 400);
  }
});
