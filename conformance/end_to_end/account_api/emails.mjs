// The addresses of an account.
import assert from "node:assert/strict";
import { password } from "./world.mjs";

const wrong = (code) => (code === "000000" ? "111111" : "000000");
const nobody = "5b9d1b36-6a6a-4d3c-8f0e-1c2d3e4f5a6b";

// One more address of the person, which waits for its code: {id, email, code}.
async function added(w, person, email = w.fresh()) {
  const since = Date.now() - 5;
  const row = await w.post(201, "", "/auth/emails", { email }, person.token);
  return { ...row, code: await w.code(email, since) };
}

async function proven(w, person) {
  const { id, email, code } = await added(w, person);
  await w.post(200, "", "/auth/emails/verify", { email, code }, person.token);
  return { id, email };
}

const list = (w, person) => w.expect(200, "", "GET", "/auth/emails", { token: person.token });

export const emails = {
  "GET /auth/emails": {
    async success(w) {
      const ada = await w.person("ada");
      assert.deepEqual((await list(w, ada)).map(({ email, isDefault }) => [email, isDefault]), [[ada.email, true]]);
      await w.expect(200, "", "GET", "/auth/emails/", { token: ada.token });
    },
  },
  "POST /auth/emails": {
    async success(w) {
      const person = await w.register(w.fresh());
      const { email } = await added(w, person);
      assert.deepEqual((await list(w, person)).map((row) => [row.email, row.isVerified]), [[person.email, true], [email, false]]);
    },
    EMAIL_ALREADY_IN_USE: async (w) =>
      w.post(400, "EMAIL_ALREADY_IN_USE", "/auth/emails", { email: (await w.person("ada")).email }, (await w.person("bob")).token),
    async TOO_MANY_EMAILS(w) {
      const person = await w.register(w.fresh());
      w.sql(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 19)
             INSERT INTO emails SELECT '${person.id}' || i, '${person.id}', 'many' || i || '@${person.id}.example', 0, 0, 1 FROM n`);
      await w.post(400, "TOO_MANY_EMAILS", "/auth/emails", { email: w.fresh() }, person.token);
    },
    async COOLDOWN(w) {
      const bob = await w.person("bob");
      const email = w.fresh();
      for (let i = 0; i < 30; i++) {
        const answer = await w.book.call("POST", "/auth/emails", { body: { email }, token: bob.token });
        if (answer.status === 429) {
          assert.equal(answer.json.code, "COOLDOWN");
          return w.forgive();
        }
        await w.expect(200, "", "DELETE", `/auth/emails/${answer.json.id}`, { token: bob.token });
      }
      assert.fail("as many codes as anybody likes go to one address");
    },
  },
  "POST /auth/emails/verify": {
    async success(w) {
      const person = await w.register(w.fresh());
      const { email } = await proven(w, person);
      await w.post(200, "", "/auth/login", { email, password });
    },
    async INVALID_CODE(w) {
      const bob = await w.person("bob");
      const { email, code } = await added(w, bob);
      await w.post(400, "INVALID_CODE", "/auth/emails/verify", { email, code: wrong(code) }, bob.token);
    },
    async CODE_EXPIRED(w) {
      const bob = await w.person("bob");
      const { id, email, code } = await added(w, bob);
      w.sql(`UPDATE email_codes SET expires_ms = 1 WHERE email_id = '${id}'`);
      await w.post(400, "CODE_EXPIRED", "/auth/emails/verify", { email, code }, bob.token);
    },
    async TOO_MANY_ATTEMPTS(w) {
      const bob = await w.person("bob");
      const { email, code } = await added(w, bob);
      for (let i = 0; i < 3; i++) await w.post(400, "INVALID_CODE", "/auth/emails/verify", { email, code: wrong(code) }, bob.token);
      await w.post(400, "TOO_MANY_ATTEMPTS", "/auth/emails/verify", { email, code }, bob.token);
    },
    async EMAIL_ALREADY_VERIFIED(w) {
      const bob = await w.person("bob");
      await w.post(400, "EMAIL_ALREADY_VERIFIED", "/auth/emails/verify", { email: bob.email, code: "123456" }, bob.token);
    },
    // Two wait for one address; who proves it first has it.
    async EMAIL_ALREADY_IN_USE(w) {
      const [bob, eve] = [await w.person("bob"), await w.person("eve")];
      const email = w.fresh();
      const first = await added(w, bob, email);
      w.forgive();
      const second = await added(w, eve, email);
      await w.post(200, "", "/auth/emails/verify", { email, code: first.code }, bob.token);
      await w.post(400, "EMAIL_ALREADY_IN_USE", "/auth/emails/verify", { email, code: second.code }, eve.token);
    },
    EMAIL_NOT_FOUND: async (w) => w.post(404, "EMAIL_NOT_FOUND", "/auth/emails/verify", { email: w.fresh(), code: "123456" }, (await w.person("bob")).token),
  },
  "POST /auth/emails/resend": {
    async success(w) {
      const bob = await w.person("bob");
      const { email } = await added(w, bob);
      w.forgive();
      const since = Date.now() - 5;
      await w.post(200, "", "/auth/emails/resend", { email }, bob.token);
      await w.post(200, "", "/auth/emails/verify", { email, code: await w.code(email, since) }, bob.token);
    },
    async EMAIL_ALREADY_VERIFIED(w) {
      const bob = await w.person("bob");
      await w.post(400, "EMAIL_ALREADY_VERIFIED", "/auth/emails/resend", { email: bob.email }, bob.token);
    },
    EMAIL_NOT_FOUND: async (w) => w.post(404, "EMAIL_NOT_FOUND", "/auth/emails/resend", { email: w.fresh() }, (await w.person("bob")).token),
    async COOLDOWN(w) {
      const bob = await w.person("bob");
      const { email } = await added(w, bob);
      await w.post(429, "COOLDOWN", "/auth/emails/resend", { email }, bob.token);
    },
  },
  "PATCH /auth/emails/:id/default": {
    async success(w) {
      const person = await w.register(w.fresh());
      const { id, email } = await proven(w, person);
      const row = await w.expect(200, "", "PATCH", `/auth/emails/${id}/default`, { token: person.token });
      assert.deepEqual([row.email, row.isDefault], [email, true]);
      assert.equal((await w.expect(200, "", "GET", "/auth/me", { token: person.token })).email, email);
    },
    async EMAIL_NOT_VERIFIED(w) {
      const bob = await w.person("bob");
      const { id } = await added(w, bob);
      await w.expect(400, "EMAIL_NOT_VERIFIED", "PATCH", `/auth/emails/${id}/default`, { token: bob.token });
    },
    EMAIL_NOT_FOUND: async (w) => w.expect(404, "EMAIL_NOT_FOUND", "PATCH", `/auth/emails/${nobody}/default`, { token: (await w.person("bob")).token }),
  },
  "DELETE /auth/emails/:id": {
    async success(w) {
      const person = await w.register(w.fresh());
      const { id, email } = await proven(w, person);
      await w.expect(200, "", "DELETE", `/auth/emails/${id}`, { token: person.token });
      await w.post(401, "INVALID_CREDENTIALS", "/auth/login", { email, password });
      w.forgive();
    },
    async ONLY_VERIFIED_EMAIL(w) {
      const ada = await w.person("ada");
      const [{ id }] = await list(w, ada);
      await w.expect(400, "ONLY_VERIFIED_EMAIL", "DELETE", `/auth/emails/${id}`, { token: ada.token });
    },
    EMAIL_NOT_FOUND: async (w) => w.expect(404, "EMAIL_NOT_FOUND", "DELETE", `/auth/emails/${nobody}`, { token: (await w.person("bob")).token }),
  },
};
