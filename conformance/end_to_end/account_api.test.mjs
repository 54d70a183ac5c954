// Every row of docs/api.md, answered exactly and alike: with the core store in the server's process, and
// with hitkey-core behind it over TCP and over a Unix socket. Each call and each answer is valid by /swagger.json.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { Validator } from "@seriousme/openapi-schema-validator";
import { seen } from "./account_api/alike.mjs";
import { contract } from "./account_api/contract.mjs";
import { emails } from "./account_api/emails.mjs";
import { health } from "./account_api/health.mjs";
import { invites } from "./account_api/invites.mjs";
import { oauth } from "./account_api/oauth.mjs";
import { editing, edits, projects } from "./account_api/projects.mjs";
import { registration } from "./account_api/registration.mjs";
import { documentedRows, operationRows } from "./account_api/rows.mjs";
import { sessions } from "./account_api/sessions.mjs";
import { twoFactor } from "./account_api/two_factor.mjs";
import { users } from "./account_api/users.mjs";
import { World } from "./account_api/world.mjs";
import { Recorder } from "./openapi.mjs";

const cases = { ...registration, ...sessions, ...twoFactor, ...emails, ...users, ...projects, ...invites, ...oauth, ...health };
const rows = documentedRows();

const differences = (wanted, there) => ({
  missing: [...wanted].filter((name) => !there.has(name)),
  spare: [...there].filter((name) => !wanted.has(name)),
});

test("every documented row has its tests, and every test its row", () => {
  const wanted = new Set(rows.flatMap(({ call, codes }) => [`${call} success`, ...codes.map((code) => `${call} ${code}`)]));
  const there = new Set(Object.entries(cases).flatMap(([call, named]) => Object.keys(named).map((name) => `${call} ${name}`)));
  assert.ok(rows.length >= 75, `only ${rows.length} rows were found in docs/api.md`);
  assert.deepEqual(differences(wanted, there), { missing: [], spare: [] });
});

test("what HitKey promises its partners is documented", () => {
  const said = new Map(rows.map(({ call, codes }) => [call, codes]));
  const lost = Object.entries(contract).filter(([call, codes]) => !said.has(call) || codes.some((code) => !said.get(call).includes(code)));
  assert.deepEqual(lost, []);
});

const modes = { embedded: {}, "remote, over TCP": { remote: true }, "remote, over a Unix socket": { remote: "unix" } };
const answers = {}; // by mode and test: what was asked and answered

for (const [mode, options] of Object.entries(modes)) {
  describe(mode, () => {
    let world;
    before(async () => (world = await World.open(options)));
    beforeEach(() => world.move());
    after(() => world.close());

    const row = (name, run) => test(name, async () => {
      const first = world.book.exchanges.length;
      await run();
      answers[mode] = { ...answers[mode], [name]: world.book.exchanges.slice(first).map(seen) };
    });

    for (const [call, named] of Object.entries(cases))
      for (const [name, run] of Object.entries(named)) row(`${call}: ${name}`, () => run(world));

    for (const each of editing) row(`editing: ${each[0]} of the ${each[1]}: ${JSON.stringify(each[2])}`, () => edits(world, each));

    test("every documented operation was answered, and no answer was another than documented", () => {
      assert.deepEqual(world.book.problems, []);
      assert.deepEqual(world.book.missing(), []);
    });

    test("nothing of it is in the log", () => {
      const log = world.server.log + (world.server.core?.log ?? "");
      assert.ok(log.length > 1000);
      for (const secret of world.secrets) if (secret.length > 6) assert.ok(!log.includes(secret), `the log holds ${secret.slice(0, 6)}…`);
    });
  });
}

test("the answers are the same wherever the core store is", () => {
  const [first, ...others] = Object.keys(modes).map((mode) => answers[mode]);
  assert.ok(Object.keys(first).length > 200);
  for (const other of others) {
    assert.deepEqual(Object.keys(other), Object.keys(first));
    for (const [name, answered] of Object.entries(first)) assert.deepEqual(other[name], answered, `${name}\n${other[name].find((text, i) => text !== answered[i])}`);
  }
});

describe("the document", () => {
  let world;
  before(async () => (world = await World.open()));
  after(() => world.close());

  test("is valid OpenAPI 3.1 and gives a linter nothing to say", async () => {
    const source = JSON.stringify(world.book.document);
    const { valid, errors } = await new Validator().validate(JSON.parse(source));
    assert.deepEqual([valid, errors], [true, undefined]);
    // The linter closes each part of an allOf by itself: whether examples are valid is openapi.test.mjs's to say.
    const config = await createConfig({ extends: ["recommended"], rules: { "no-server-example.com": "off", "no-invalid-schema-examples": { severity: "warn", allowAdditionalProperties: true } } });
    const said = await lintFromString({ source, config });
    assert.deepEqual(said.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0].pointer}`), []);
  });

  test("has the calls and the codes of docs/api.md, and no others", () => {
    const named = (list) => new Set(list.filter(({ call }) => call !== "GET /swagger.json").flatMap(({ call, codes }) => [call, ...codes.filter((code) => /^[A-Z0-9_]+$/.test(code)).map((code) => `${call} ${code}`)]));
    assert.deepEqual(differences(named(rows), named(operationRows(world.book.document))), { missing: [], spare: [] });
  });

  // A check that cannot fail is none.
  test("an answer with one thing wrong is seen", async () => {
    const good = { status: 200, headers: { "content-type": "application/json" }, text: '{"message":"Logged out"}' };
    const request = { method: "POST", path: "/auth/logout" };
    const book = new Recorder("", world.book.document);
    assert.equal(book.judge(request, good), undefined);
    const wrong = [
      { ...good, status: 418 },
      { ...good, headers: { "content-type": "text/plain" } },
      { ...good, headers: {} },
      { ...good, text: "{}" },
      { ...good, text: '{"message":1}' },
      { ...good, text: '{"message":"x","more":1}' },
      { status: 401, headers: good.headers, text: '{"error":"x","code":"ANOTHER"}' },
      { status: 429, headers: good.headers, text: '{"error":"x","code":"too_many_requests"}' },
    ];
    for (const answer of wrong) assert.ok(book.judge(request, answer), JSON.stringify(answer));
    assert.ok(book.judge({ method: "POST", path: "/auth/nowhere" }, good));
    assert.ok(book.judge({ method: "POST", path: "/auth/login", body: { email: 1 } }, { ...good, text: "{}" }));
  });
});
