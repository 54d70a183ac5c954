// Who asks about other people's addresses learns nothing, by what is said or by what is done for it; and who
// comes too often waits as long as Retry-After says, no longer.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { throttles } from "./account_api/throttles.mjs";
import { World, password } from "./account_api/world.mjs";
import { send } from "./wire.mjs";

const wrong = "not the river at all";

// Every route with a limit per minute and address: [{table, method, path, rate}].
const limited = ["core", "authz"].flatMap((table) =>
  [...readFileSync(new URL(`../../${table}/routes.def`, import.meta.url), "utf8").matchAll(/^ROUTE\w*\((.+)\)$/gm)]
    .map(([, row]) => row.split(/, (?=["\w&])/))
    .map((columns) => ({ table, methods: columns[0], path: JSON.parse(columns[1]), rate: Number(columns.slice(5).find((column, i, all) => /^\d+$/.test(column) && i > 0 && /^RUN_/.test(all[i - 1]))) }))
    .filter(({ rate, path }) => rate > 0 && !path.startsWith("/internal/"))
    .map(({ methods, ...route }) => ({ ...route, method: /HTTP_(\w+)/.exec(methods)[1], path: route.path.replace(/:\w+/g, "x") })));

// The answer without what belongs to the one request.
const plain = ({ status, text, headers }) => {
  const { date, "x-request-id": id, ...rest } = headers;
  assert.ok(date && id);
  return { status, text, headers: rest };
};

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

for (const [mode, options] of Object.entries({ embedded: {}, "remote, over TCP": { remote: true } })) {
  describe(mode, () => {
    let w;
    before(async () => (w = await World.open(options)));
    beforeEach(() => w.move());
    after(() => w.close());

    const counted = async () => {
      const { text } = await send(w.server.core?.base ?? w.server.issuer, "GET", "/metrics");
      const value = (name) => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
      return { hashes: value("hitkey_password_hashes_total(?:\\{\\})?"), wrong: value('hitkey_sign_ins_total\\{result="wrong_password"\\}') };
    };
    const work = async (run) => {
      const was = await counted();
      const answer = await run();
      const now = await counted();
      return { answer: plain(answer), hashes: now.hashes - was.hashes, wrong: now.wrong - was.wrong };
    };
    const post = (path, body) => w.book.call("POST", path, { body });

    // An address with an account, one without, one that waits for its code, and one that an account waits for.
    async function addresses() {
      const [ada, bob] = [await w.person("ada"), await w.person("bob")];
      const [pending, claimed] = [w.fresh(), w.fresh()];
      await w.post(200, "", "/auth/register/start", { email: pending });
      await w.post(201, "", "/auth/emails", { email: claimed }, bob.token);
      return [ada.email, w.fresh(), pending, claimed];
    }

    test("a wrong password is answered alike, after the same work, whoever it is for", async () => {
      const seen = [];
      for (const email of await addresses()) seen.push(await work(() => post("/auth/login", { email, password: wrong })));
      assert.deepEqual([seen[0].answer.status, seen[0].hashes, seen[0].wrong], [401, 1, 1]);
      for (const other of seen) assert.deepEqual(other, seen[0]);
      w.forgive();
    });

    test("who is blocked is told so alike, and nothing is hashed for it", async () => {
      const seen = [];
      for (const email of (await addresses()).slice(0, 2)) {
        for (let i = 0; i < 5; i++) await post("/auth/login", { email, password: wrong });
        const { answer, hashes } = await work(() => post("/auth/login", { email, password }));
        assert.match(answer.headers["retry-after"], /^(60|5\d)$/);
        delete answer.headers["retry-after"];
        seen.push({ answer, hashes });
      }
      assert.deepEqual([seen[0].answer.status, seen[0].hashes], [429, 0]);
      assert.deepEqual(seen[1], seen[0]);
      w.forgive();
    });

    test("a forgotten password is answered alike, whoever forgot it", async () => {
      const asked = await addresses();
      const [known, ...unknown] = asked;
      await Promise.all(asked.slice(2).map((email) => w.code(email, 0))); // the mails of before are there
      const mails = () => unknown.map((email) => readdirSync(w.server.mailDir).filter((name) => name.endsWith(".eml") && readFileSync(join(w.server.mailDir, name), "utf8").includes(`To: ${email}`)).length);
      const before = mails();
      const seen = [];
      for (const email of [...unknown, known]) seen.push(await work(() => post("/auth/password/forgot", { email })));
      assert.deepEqual([seen[0].answer.status, seen[0].hashes], [200, 0]);
      for (const other of seen) assert.deepEqual(other, seen[0]);
      await w.server.mail(known, { match: /reset[?#]token=/ }); // the last that was asked for
      assert.deepEqual(mails(), before);
      w.forgive();
    });

    test("an invite is answered alike, whether its address has an account or none", async () => {
      const ada = await w.person("ada");
      const shape = ({ status, json, headers }) => [status, Object.keys(json), Object.keys(headers).sort()];
      const seen = [];
      for (const email of [(await w.person("bob")).email, w.fresh()]) {
        const { slug } = await w.project(ada);
        seen.push(shape(await w.book.call("POST", `/projects/${slug}/invites`, { body: { email }, token: ada.token })));
      }
      assert.deepEqual(seen[1], seen[0]);
      assert.equal(seen[0][0], 201);
    });

    test("nothing is hashed for a registration that is refused", async () => {
      for (const email of await addresses()) {
        const { answer, hashes } = await work(() => post("/auth/register/password", { email, password }));
        assert.deepEqual([answer.status, hashes], [400, 0], answer.text);
      }
      w.forgive();
    });

    test("how long it takes (a report)", async (t) => {
      for (const path of ["/auth/login", "/auth/password/forgot"]) {
        const times = [[], []];
        for (let i = 0; i < 5; i++) {
          w.forgive();
          for (const [k, email] of [[0, (await w.person("ada")).email], [1, w.fresh()]]) {
            const start = performance.now();
            await post(path, path === "/auth/login" ? { email, password: wrong } : { email });
            times[k].push(performance.now() - start);
          }
        }
        t.diagnostic(`${path}: known ${median(times[0]).toFixed(1)} ms, unknown ${median(times[1]).toFixed(1)} ms`);
      }
      w.forgive();
    });

    for (const [name, of] of Object.entries(throttles))
      test(`only so often: ${name}`, async () => {
        w.forgive();
        const { use, times, code, most, same = [], others = [], elsewhere, again = use } = await of(w);
        const refused = (answer, what) => assert.deepEqual([answer.status, answer.json?.code], [429, code], `${what}: ${answer.text}`);
        for (let i = 0; i < times; i++) assert.notEqual((await use()).status, 429, `the time ${i + 1} of ${times}`);
        const answer = await use();
        refused(answer, "once more");
        const seconds = Number(answer.headers["retry-after"]);
        assert.ok(seconds >= 1 && seconds <= most && seconds > most - 30, `Retry-After: ${seconds}`);
        for (const each of same) refused(await each(), "the same");
        for (const each of others) assert.ok((await each()).status < 400, "another");
        if (elsewhere) {
          const { headers } = w.book;
          w.from();
          assert.notEqual((await elsewhere()).status, 429, "from elsewhere");
          w.book.headers = headers;
        }
        w.wait(seconds - 8);
        refused(await use(), "too early");
        w.wait(8);
        assert.notEqual((await again()).status, 429, "afterwards");
        w.forgive();
      });

    test("wrong passwords from one address, for one account after another", async () => {
      const { email } = await w.person("bob");
      for (let i = 0; i < 50; i++) assert.equal((await post("/auth/login", { email: w.fresh(), password: wrong })).status, 401, `the ${i}th`);
      const { status, headers } = await post("/auth/login", { email, password });
      assert.equal(status, 429);
      w.wait(Number(headers["retry-after"]));
      assert.equal((await post("/auth/login", { email, password })).status, 200);
      w.forgive();
    });

    test("every route with a limit per minute keeps it, by address, and says how long to wait", async () => {
      assert.ok(limited.length > 45, `${limited.length} routes`);
      const ask = ({ method, path }, from) =>
        send(w.server.issuer, method, path, { headers: { "x-forwarded-for": from, ...(method === "GET" ? {} : { "content-type": "text/plain" }) }, body: method === "GET" ? undefined : "x" });
      const one = async (route, i) => {
        const [from, other, what] = [`192.0.2.${i}`, `203.0.113.${i}`, `${route.method} ${route.path}`];
        let answer, n = 0;
        for (; n < 3 * route.rate && answer?.status !== 429; n++) answer = await ask(route, from);
        assert.equal(answer.status, 429, `${what} after ${n}`);
        assert.ok(n > route.rate, `${what}: ${n} of ${route.rate}`);
        const seconds = Number(answer.headers["retry-after"]);
        assert.ok(seconds >= 1 && seconds <= Math.ceil(60 / route.rate), `${what}: Retry-After ${answer.headers["retry-after"]}`);
        assert.notEqual((await ask(route, other)).status, 429, `${what} from elsewhere`);
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        assert.notEqual((await ask(route, from)).status, 429, `${what} afterwards`);
      };
      await Promise.all(limited.filter(({ table }) => !options.remote || table === "core").map(one));
    });

    test("no answer was another than documented, and no secret is in the log", () => {
      assert.deepEqual(w.book.problems, []);
      const log = w.server.log + (w.server.core?.log ?? "");
      for (const secret of [wrong, ...w.secrets]) if (secret.length > 6) assert.ok(!log.includes(secret), `the log holds ${secret.slice(0, 6)}…`);
    });
  });
}
