// What no call takes: each JSON body of /swagger.json with each thing wrong that can be, by its schema, and
// bodies that are none. The answer is the documented one and names the field; nothing of the input is in it or
// in the log, and nothing has changed afterwards.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { body, filled, operationsOf } from "./account_api/operations.mjs";
import { belongings, hers, things } from "./account_api/things.mjs";
import { World } from "./account_api/world.mjs";
import { raw } from "./wire.mjs";

const marker = "mArKeR7";
const deep = (n) => `${'{"a":'.repeat(n)}1${"}".repeat(n)}`;

// No JSON object that everybody reads alike: [what, body].
const malformed = [
  ["an array", `["${marker}"]`], ["a text", `"${marker}"`], ["null", "null"], ["a number", "1"],
  ["an object that does not end", `{"email":"${marker}"`], ["two objects", `{}{"a":"${marker}"}`], ["a comma too many", `{"a":"${marker}",}`],
  ["single quotes", `{'a':'${marker}'}`], ["a member twice", `{"email":"${marker}","email":"${marker}"}`], ["a member twice, deeper", '{"a":{"b":1,"b":1}}'],
  ["a member twice, once escaped", `{"email":"${marker}","\\u0065mail":"${marker}"}`], ["too deep", deep(100)], ["far too deep", deep(600)],
  ["bad UTF-8", Buffer.from(`{"email":"${marker}\xff"}`, "latin1")], ["half a surrogate", '{"email":"\\ud800"}'], ["NUL", '{"email":"\\u0000"}'],
  ["a byte order mark", "\ufeff{}"], ["not a number", '{"a":NaN}'], ["a form", `email=${marker}`],
];

// What is wrong with one value by its schema: [value, rule].
function* faults(schema, required) {
  const [type] = [schema.type].flat();
  if (required) yield* [[undefined, "required"], [null, "required"], ["", "required"]];
  if (type === "boolean") return yield* [["true", "boolean"], [1, "boolean"], [[true], "boolean"]];
  if (type === "array") return yield* [[marker, "array"], [{ 0: marker }, "array"], [[1], "string"], [[[marker]], "string"]];
  if (type === "object") return yield* [[marker, "object"], [[marker], "object"], [1, "object"]];
  yield* [[7, "string"], [true, "string"], [[marker], "string"], [{ $ne: marker }, "string"]];
  if (schema.enum) return yield* [[marker, "enum"], [`${schema.enum[0]} `, "enum"], [String(schema.enum[0]).toUpperCase(), "enum"]];
  if (schema.minLength > 1) yield ["x".repeat(schema.minLength - 1), "minLength"];
  if (schema.maxLength) yield* [[marker.padEnd(schema.maxLength + 1, "x"), "maxLength"], ["\u{1d11e}".repeat(schema.maxLength + 1), "maxLength"]];
  if (schema.format === "email") yield* [marker, "@", `${marker}@`, "@example.com", `a b@${marker}.com`, `a@b@${marker}.com`, `a@${marker}..com`, `${marker}@example.com\n`, `a@-${marker}.com`].filter((value) => value.trim() === value).map((value) => [value, "email"]);
  if (schema.format === "uri") yield* [[marker, "url"], [`//${marker}.example/`, "url"], [`https://${marker} .example/`, "url"]];
  if (schema.pattern) yield* [["12345x", "regex"], ["\u0661\u0662\u0663\u0664\u0665\u0666", "regex"], ["-12345", "regex"]];
}

// By the table of fields that the route reads; OAuth's own bodies have their own errors.
const byFields = ({ path, schema }) => (path.includes("/clients") && schema.properties.client_name ? ["name", "redirect_uri"] : Object.keys(schema.properties));
const isOauth = ({ path }) => path === "/oauth/token" || path.startsWith("/oauth/register");

for (const [mode, options] of Object.entries({ embedded: {}, "remote, over TCP": { remote: true } })) {
  describe(mode, () => {
    let w, t, operations, owned, calls = 0;
    before(async () => {
      w = await World.open(options);
      t = await things(w);
      operations = operationsOf(w.book.document).filter(({ schema }) => schema);
      owned = await belongings(w, t);
    });
    after(() => w.close());

    const call = async ({ method, path, callers }, more) => {
      w.book.headers = { "x-forwarded-for": `203.0.${(++calls >> 8) & 255}.${calls & 255}` };
      const token = callers.includes("registrationAccessToken") ? t.registered.registration_access_token : callers.includes("apiBearer") ? t.ada.token : undefined;
      const answer = await w.book.call(method, filled(path, hers(t, t.hidden)), { token, ...more });
      assert.ok(!answer.text.includes(marker), `${method} ${path} gives back what came: ${answer.text}`);
      return answer;
    };

    test("each field with each thing wrong is named with its rule", async () => {
      let tried = 0;
      for (const operation of operations.filter((each) => !isOauth(each))) {
        const { schema, name } = operation;
        for (const field of byFields(operation)) {
          const required = (schema.required ?? []).includes(field);
          for (const [value, rule] of faults(schema.properties[field], required)) {
            const answer = await call(operation, { body: body(schema, { [field]: value }) });
            const what = `${name}, ${field} ${JSON.stringify(value)?.slice(0, 40)}: ${answer.status} ${answer.text.slice(0, 300)}`;
            assert.equal(answer.status, 422, what);
            assert.deepEqual(answer.json.errors.map((error) => [error.field, error.rule]), [[field, rule]], what);
            tried++;
          }
        }
      }
      assert.ok(tried > 500, `${tried} were tried`);
    });

    test("all that is wrong is said at once", async () => {
      for (const operation of operations.filter((each) => !isOauth(each) && each.schema.required?.length)) {
        for (const given of ["{}", undefined, `{"${marker}":1}`]) {
          const headers = given === undefined ? { "content-type": "application/json" } : {};
          const answer = await call(operation, { body: given, headers });
          assert.equal(answer.status, 422, `${operation.name} ${answer.text}`);
          assert.deepEqual(answer.json.errors.map(({ field, rule }) => `${field} ${rule}`).sort(), operation.schema.required.map((field) => `${field} required`).sort());
        }
      }
    });

    test("what is no JSON object that everybody reads alike is refused whole", async () => {
      for (const operation of operations)
        for (const [what, given] of malformed) {
          const answer = await call(operation, { body: given });
          assert.equal(answer.status, 400, `${operation.name}, ${what}: ${answer.status} ${answer.text.slice(0, 200)}`);
          if (!isOauth(operation)) assert.equal(answer.json.code, "bad_request", `${operation.name}, ${what}: ${answer.text}`);
        }
    });

    test("a body of another type is refused before it is read", async () => {
      for (const operation of operations)
        for (const type of ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/jsonp", "text/json"]) {
          const answer = await call(operation, { body: JSON.stringify(body(operation.schema)), headers: { "content-type": type } });
          assert.equal(answer.status, 415, `${operation.name} as ${type}: ${answer.status} ${answer.text.slice(0, 200)}`);
        }
    });

    // hitkey-authz passes bodies on while they come, up to 10 MiB: hitkey-core says how large they may be.
    const passedOn = ({ path }) => options.remote && !path.startsWith("/oauth/") && !path.endsWith("/clients");
    const keepsLess = ({ path }) => !path.startsWith("/oauth/") && !path.endsWith("/clients"); // than 64 KiB

    test("a body that is too large is refused, one of a megabyte before it is read", async () => {
      const large = (n) => JSON.stringify({ email: marker.padEnd(n, "x") });
      for (const operation of operations) {
        const { method, path, name } = operation;
        const where = filled(path, hers(t, t.hidden));
        for (const n of [...(keepsLess(operation) ? [60000] : []), ...(passedOn(operation) ? [1 << 20] : [])]) {
          const answer = await call(operation, { body: large(n) });
          assert.deepEqual([answer.status, answer.json?.code], [413, "payload_too_large"], `${name}, ${n}`);
        }
        if (passedOn(operation)) continue;
        const head = [`${method} ${where} HTTP/1.1`, "Host: localhost", `Authorization: Bearer ${t.ada.token}`, "Content-Type: application/json", "Content-Length: 1048576", "\r\n"];
        const { status, text } = await raw(w.server.port, head.join("\r\n"));
        assert.equal(status, 413, `${name}: ${text.slice(0, 200)}`);
        const [lines, json] = text.split("\r\n\r\n");
        const headers = Object.fromEntries(lines.split("\r\n").slice(1).map((line) => [line.split(":")[0].toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
        w.book.record({ method, path: where }, { status, headers, text: json });
      }
    });

    test("afterwards ada has what she had, the log tells nothing, and no answer was another than documented", async () => {
      assert.deepEqual(await belongings(w, t), owned);
      assert.deepEqual(w.book.problems, []);
      const log = w.server.log + (w.server.core?.log ?? "");
      for (const word of [marker, ...w.secrets]) assert.ok(!log.includes(word), `the log holds ${word.slice(0, 7)}`);
      assert.equal(log.split("\n").filter((line) => line.includes('"level":"error"')).join("\n"), "");
    });
  });
}
