// What was answered survives: kill -9 in the middle of a load of sign-ins, then start again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server, sleep } from "./server.mjs";
import { App } from "./sign_ins.mjs";

let server, app, open;

before(async () => {
  server = await Server.start();
  const owner = await server.register("crash@example.com", "a quiet river in may");
  app = await App.create(server, owner);
  open = await App.createPublic(server, owner);
});

after(() => server?.stop());

// Sign-ins one after another until the server dies. Every code that was issued is in `sign_ins`, with
// the newest refresh token that was answered; `load.inFlight` counts the exchanges that wait.
async function signInUntilTheEnd(client, load) {
  for (;;) {
    const one = { client, code: await client.code() };
    load.signIns.push(one);
    load.inFlight++;
    const answer = await client.redeem(one.code);
    load.inFlight--;
    assert.equal(answer.status, 200, answer.text);
    one.refreshToken = answer.json.refresh_token;
    load.answered++;
    if (client !== open) continue;
    const rotated = await client.refresh(one.refreshToken);
    assert.equal(rotated.status, 200, rotated.text);
    assert.notEqual(rotated.json.refresh_token, one.refreshToken);
    one.refreshToken = rotated.json.refresh_token;
  }
}

const isDeath = (error) => /fetch failed|terminated/.test(error.message);

test("after kill -9 every answered exchange still refreshes and no code works twice", async () => {
  const load = { signIns: [], answered: 0, inFlight: 0 };
  const failures = [];
  const workers = Array.from({ length: 16 }, (_, i) =>
    signInUntilTheEnd(i % 2 ? open : app, load).catch((error) => isDeath(error) || failures.push(error)));
  const goesOn = () => failures.length === 0 && server.process.exitCode === null && server.process.signalCode === null;
  while ((load.answered < 150 || load.inFlight < 4) && goesOn()) await sleep(1);
  await server.kill();
  assert.equal((await server.exited).signal, "SIGKILL", `the server ended by itself:\n${server.log.slice(-4000)}`);
  await Promise.all(workers);
  assert.deepEqual(failures, []);
  await server.launch();

  const answered = load.signIns.filter((one) => one.refreshToken);
  const cut = load.signIns.filter((one) => !one.refreshToken);
  assert.ok(cut.length > 0, "some exchange was waiting when the kill came");
  assert.ok(answered.some((one) => one.client === open) && answered.some((one) => one.client === app));
  // First every refresh, then every code: a reused code ends its grant.
  for (const { client, refreshToken } of answered) {
    const refreshed = await client.refresh(refreshToken);
    assert.equal(refreshed.status, 200, refreshed.text);
  }
  for (const one of load.signIns) {
    const again = [await one.client.redeem(one.code), await one.client.redeem(one.code)];
    const won = again.filter((answer) => answer.status === 200).length;
    assert.ok(won <= (one.refreshToken ? 0 : 1), "a code works once in both lives together");
    assert.ok(again.every((answer) => answer.status === 200 || answer.json.code === "invalid_grant"));
    assert.notEqual(again[1].status, 200, "of two exchanges the second");
    const token = one.refreshToken ?? again[0].json.refresh_token;
    if (token) assert.equal((await one.client.refresh(token)).status, 400, "the reused code ended the grant");
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
