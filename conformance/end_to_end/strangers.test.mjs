// Nobody comes to somebody else's things: each documented call with no token, with tokens that are none,
// with one for another purpose, with a stranger's, and with the ids of other people's things.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { body, filled, operationsOf } from "./account_api/operations.mjs";
import { belongings, hers, nobodys, things } from "./account_api/things.mjs";
import { World, password } from "./account_api/world.mjs";
import { send } from "./wire.mjs";

const kinds = { members: "MEMBER_NOT_FOUND", permissions: "PERMISSION_NOT_FOUND", invites: "INVITE_NOT_FOUND" };

// The routes of a table that need a token of this kind.
const routesFor = (table, caller) =>
  [...readFileSync(new URL(`../../${table}/routes.def`, import.meta.url), "utf8").matchAll(/^ROUTE\w*\(([^,]+), "([^"]+)", \w+, (CALLER_\w+)/gm)]
    .filter(([, , , who]) => who === caller)
    .flatMap(([, methods, path]) => [...methods.matchAll(/HTTP_([A-Z]+)\b/g)].filter(([, method]) => method !== "NO_HEAD").map(([, method]) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`));

const answered = ({ status, json, text, headers }) => [status, json ?? text, Object.keys(headers).filter((name) => name !== "date").sort()];

for (const [mode, options] of Object.entries({ embedded: {}, "remote, over TCP": { remote: true } })) {
  describe(mode, () => {
    let w, t, operations, owned, calls = 0;
    before(async () => {
      w = await World.open(options);
      t = await things(w);
      operations = operationsOf(w.book.document);
      owned = await belongings(w, t);
    });
    after(() => w.close());

    // Each from an address of its own, so that limits by address say nothing.
    const call = (method, path, more = {}) => {
      w.book.headers = { "x-forwarded-for": `203.0.${(++calls >> 8) & 255}.${calls & 255}` };
      return w.book.call(method, path, more);
    };
    const needing = (caller) => operations.filter(({ callers }) => callers.includes(caller) && !callers.includes("nobody"));
    const is = (answer, status, code, what) => assert.deepEqual([answer.status, answer.json?.code ?? answer.json?.error], [status, code], `${what}: ${answer.text.slice(0, 200)}`);
    const tellsNothing = (answer, what) => {
      for (const word of [t.ada.email, t.ada.id, "Countess", "Secret"]) assert.ok(!answer.text.includes(word), `${what} tells ${word}: ${answer.text}`);
    };

    test("every route that needs a token is walked here", () => {
      const walked = (caller) => new Set(needing(caller).map(({ name }) => name));
      const api = [...routesFor("core", "CALLER_API_BEARER"), ...routesFor("authz", "CALLER_API_BEARER")];
      assert.ok(api.length > 45);
      assert.deepEqual(api.filter((name) => !walked("apiBearer").has(name)), []);
      assert.deepEqual(routesFor("authz", "CALLER_OAUTH_TOKEN").filter((name) => !walked("accessToken").has(name)), []);
    });

    test("without a token", async () => {
      for (const [caller, code] of [["apiBearer", "unauthorized"], ["accessToken", "unauthorized"], ["registrationAccessToken", "unauthorized"]]) {
        for (const { method, path, name, schema } of needing(caller)) {
          const answer = await call(method, filled(path, hers(t, t.open)), { body: body(schema) });
          is(answer, 401, code, name);
          tellsNothing(answer, name);
        }
      }
    });

    test("with a token that is none, any more or yet", async () => {
      const { ada: { token }, old, out } = t;
      const flipped = token.slice(0, -1) + (token.endsWith("a") ? "b" : "a");
      const credentials = [out.token, old.token, old.refresh, "hitkey_", "x", token.slice(0, -1), `${token}x`, token.toUpperCase(), flipped, token.replace("hitkey_", ""), "hitkey_%00", t.ada.id];
      const schemes = [...credentials.map((each) => `Bearer ${each}`), "Bearer", `Basic ${Buffer.from(`${t.ada.email}:${password}`).toString("base64")}`, token, `Bearer ${token} x`, `Bearer ${token},Bearer ${token}`];
      for (const { method, path, name, schema } of needing("apiBearer")) {
        for (const authorization of schemes) {
          const answer = await call(method, filled(path, hers(t, t.open)), { body: body(schema), headers: { authorization } });
          is(answer, 401, "unauthorized", `${name} with ${authorization.slice(0, 20)}`);
          tellsNothing(answer, name);
        }
        const query = await call(method, `${filled(path, hers(t, t.open))}?access_token=${token}&token=${token}`, { body: body(schema) });
        is(query, 401, "unauthorized", `${name}, the token in the address`);
      }
    });

    test("with a token for another purpose", async () => {
      const wrong = [t.access, t.registered.registration_access_token, t.client.client_secret, t.hidden.token];
      for (const token of wrong) {
        for (const { method, path, name, schema } of needing("apiBearer")) {
          const answer = await call(method, filled(path, hers(t, t.hidden)), { body: body(schema), token });
          is(answer, 401, "unauthorized", name);
          tellsNothing(answer, name);
        }
      }
      for (const token of [t.ada.token, t.registered.registration_access_token, t.ada.refresh])
        for (const { method, path, name } of needing("accessToken")) is(await call(method, path, { token }), 401, "invalid_token", name);
      for (const token of [t.ada.token, t.access, t.client.client_secret])
        for (const { method, path, name, schema } of needing("registrationAccessToken"))
          is(await call(method, filled(path, hers(t, t.hidden)), { body: body(schema), token }), 401, "invalid_token", name);
    });

    // What kim is told of ada's things: of the private ones the same as of none.
    const refusal = (path) => {
      if (path.startsWith("/projects/")) return [404, "PROJECT_NOT_FOUND"];
      if (path.startsWith("/auth/emails/")) return [404, "EMAIL_NOT_FOUND"];
      return [404, "not_found"];
    };
    const named = () => needing("apiBearer").filter(({ path }) => path.includes("{") && !path.startsWith("/invites/"));

    test("a stranger learns nothing, not even whether it is there", async () => {
      assert.ok(named().length >= 28, `${named().length} calls name a thing`);
      for (const { method, path, name, schema } of named()) {
        for (const given of schema ? [body(schema), {}, { ...body(schema), [Object.keys(schema.properties)[0]]: [1] }, "{"] : [undefined]) {
          const there = await call(method, filled(path, hers(t, t.hidden)), { token: t.kim.token, body: given });
          const none = await call(method, filled(path, nobodys), { token: t.kim.token, body: given });
          assert.deepEqual(answered(there), answered(none), name);
          assert.ok(there.status >= 400, name);
          tellsNothing(there, name);
        }
        is(await call(method, filled(path, hers(t, t.hidden)), { token: t.kim.token, body: body(schema) }), ...refusal(path), name);
        const byId = (parameter, before) => (parameter === "slug" ? t.hidden.id : hers(t, t.hidden)(parameter, before));
        is(await call(method, filled(path, byId), { token: t.kim.token, body: body(schema) }), ...refusal(path), `${name}, by id`);
        if (method !== "GET") continue;
        const disguised = await call("GET", filled(path, hers(t, t.hidden)), { token: t.kim.token, headers: { "x-http-method-override": "DELETE" } });
        is(disguised, ...refusal(path), `${name}, another method in a header`);
      }
    });

    test("of a public project a stranger sees the project alone", async () => {
      const allowed = ["GET /projects/{slug}", "POST /projects/{slug}/join"];
      for (const { method, path, name, schema } of named().filter((each) => each.path.startsWith("/projects/") && !allowed.includes(each.name))) {
        const answer = await call(method, filled(path, hers(t, t.open)), { token: t.kim.token, body: body(schema) });
        is(answer, 403, "NOT_PROJECT_MEMBER", name);
        tellsNothing(answer, name);
      }
    });

    test("ids of another project do not work in one's own", async () => {
      const inside = named().filter(({ path }) => /\{slug\}.*\{id\}/.test(path));
      assert.ok(inside.length >= 5);
      for (const { method, path, name, schema } of inside) {
        const mixed = (parameter, before) => (parameter === "slug" ? t.kims.slug : hers(t, t.hidden)(parameter, before));
        const answer = await call(method, filled(path, mixed), { token: t.kim.token, body: body(schema) });
        is(answer, 404, kinds[path.split("/")[3]], name);
        tellsNothing(answer, name);
        const foreign = (parameter, before) => (parameter === "slug" ? t.hidden.slug : hers(t, t.kims)(parameter, before));
        is(await call(method, filled(path, foreign), { token: t.kim.token, body: body(schema) }), 404, "PROJECT_NOT_FOUND", name);
      }
    });

    test("ids that cannot be ids are those of nobody", async () => {
      const odd = ["' OR 1=1 --", "%", "_", "../me", "a/b", "0", "null", "\u0430da", "x".repeat(3000), "*", `${t.hidden.slug}\u200b`, t.hidden.slug.toUpperCase()];
      for (const { method, path, name, schema } of named())
        for (const value of odd) {
          const answer = await call(method, filled(path, () => value), { token: t.kim.token, body: body(schema) });
          assert.ok([400, 404].includes(answer.status), `${name} with ${value.slice(0, 20)}: ${answer.status} ${answer.text.slice(0, 200)}`);
          tellsNothing(answer, name);
        }
      for (const dots of ["..", "%2e%2e", ".%2E"])
        for (const { method, path, name } of named()) {
          const where = path.replace(/\{\w+\}/g, dots);
          const { status } = await send(w.server.issuer, method, where, { headers: { authorization: `Bearer ${t.kim.token}` } });
          assert.ok([400, 404, 415].includes(status), `${name} with ${dots}: ${status}`);
        }
    });

    test("nobody else's invite is accepted, and a token nobody gave is none", async () => {
      is(await call("POST", `/invites/${t.hidden.token}/accept`, { token: t.kim.token }), 400, "EMAIL_MISMATCH", "ada's invite for somebody else");
      for (const token of [t.hidden.invites, t.hidden.slug, t.hidden.token.slice(0, -1), t.hidden.token.toLowerCase(), "%"])
        for (const [method, tail] of [["GET", ""], ["POST", "/accept"]])
          is(await call(method, `/invites/${encodeURIComponent(token)}${tail}`, { token: t.kim.token }), 404, "INVITE_NOT_FOUND", token.slice(0, 8));
    });

    test("whom one says to act for counts for nothing", async () => {
      const acting = { "x-act-as": t.ada.id, "x-service-credential": "0".repeat(64), "x-user-id": t.ada.id };
      for (const { method, path, name, schema } of needing("apiBearer")) {
        is(await call(method, filled(path, hers(t, t.hidden)), { body: body(schema), headers: acting }), 401, "unauthorized", name);
        if (method !== "GET") continue;
        const answer = await call(method, filled(path, hers(t, t.hidden)) + (path.startsWith("/users") ? "?q=nobody-at-all" : ""), { token: t.kim.token, headers: acting });
        tellsNothing(answer, `${name} of kim for ada`);
      }
      if (!w.server.core) return;
      const direct = operations.filter(({ name }) => routesFor("core", "CALLER_API_BEARER").includes(name));
      assert.equal(direct.length, routesFor("core", "CALLER_API_BEARER").length);
      for (const { method, path, name, schema } of direct) {
        const given = body(schema);
        const headers = { ...acting, authorization: `Bearer ${"0".repeat(64)}`, ...(given ? { "content-type": "application/json" } : {}) };
        const answer = await send(w.server.core.base, method, filled(path, hers(t, t.hidden)), { headers, body: given && JSON.stringify(given) });
        assert.equal(answer.status, 401, `${name} at hitkey-core: ${answer.text}`);
      }
    });

    test("internal calls are not there for people", async () => {
      const internal = routesFor("core", "CALLER_SERVICE");
      assert.ok(internal.length >= 8);
      for (const route of internal) {
        const [method, path] = route.split(" ");
        const where = filled(path, (name) => (name === "user_id" || name === "id" ? t.ada.id : t.hidden.id));
        for (const token of [undefined, t.ada.token, t.access, "0".repeat(64)]) {
          const headers = { ...(method === "POST" ? { "content-type": "application/json" } : {}), ...(token ? { authorization: `Bearer ${token}` } : {}) };
          const options = { headers, body: method === "POST" ? "{}" : undefined };
          assert.equal((await send(w.server.issuer, method, where, options)).status, 404, route);
          if (!w.server.core) continue;
          const answer = await send(w.server.core.base, method, where, options);
          assert.ok([401, 403, 404].includes(answer.status), `${route} at hitkey-core: ${answer.status}`);
          tellsNothing(answer, route);
        }
      }
    });

    test("after all of this ada has what she had, and no answer was another than documented", async () => {
      assert.deepEqual(await belongings(w, t), owned);
      assert.deepEqual(w.book.problems, []);
      assert.equal(w.server.log.split("\n").filter((line) => line.includes('"level":"error"')).join("\n"), "");
    });
  });
}
