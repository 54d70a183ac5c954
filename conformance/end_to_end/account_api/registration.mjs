// Making an account.
import assert from "node:assert/strict";
import { password } from "./world.mjs";

const wrong = (code) => (code === "000000" ? "111111" : "000000");

// An address that waits for its code: {email, code}.
async function started(w) {
  const email = w.fresh();
  const since = Date.now() - 5;
  await w.post(200, "", "/auth/register/start", { email });
  return { email, code: await w.code(email, since) };
}

async function verified(w) {
  const { email, code } = await started(w);
  await w.post(200, "", "/auth/register/verify", { email, code });
  return email;
}

export const registration = {
  "POST /auth/register/start": {
    async success(w) {
      const { message } = await w.post(200, "", "/auth/register/start", { email: w.fresh() });
      assert.equal(typeof message, "string");
    },
    EMAIL_ALREADY_VERIFIED: async (w) => w.post(400, "EMAIL_ALREADY_VERIFIED", "/auth/register/start", { email: (await w.person("ada")).email }),
    async COOLDOWN(w) {
      const { email } = await started(w);
      await w.post(429, "COOLDOWN", "/auth/register/start", { email });
    },
  },
  "POST /auth/register/verify": {
    success: verified,
    async INVALID_CODE(w) {
      const { email, code } = await started(w);
      await w.post(400, "INVALID_CODE", "/auth/register/verify", { email, code: wrong(code) });
    },
    async CODE_EXPIRED(w) {
      const { email, code } = await started(w);
      w.sql(`UPDATE registrations SET sent_ms = sent_ms - 600001 WHERE address = '${email}'`);
      await w.post(400, "CODE_EXPIRED", "/auth/register/verify", { email, code });
    },
    async TOO_MANY_ATTEMPTS(w) {
      const { email, code } = await started(w);
      for (let i = 0; i < 3; i++) await w.post(400, "INVALID_CODE", "/auth/register/verify", { email, code: wrong(code) });
      await w.post(400, "TOO_MANY_ATTEMPTS", "/auth/register/verify", { email, code });
    },
    NO_CODE: (w) => w.post(400, "NO_CODE", "/auth/register/verify", { email: w.fresh(), code: "123456" }),
    EMAIL_ALREADY_VERIFIED: async (w) =>
      w.post(400, "EMAIL_ALREADY_VERIFIED", "/auth/register/verify", { email: (await w.person("ada")).email, code: "123456" }),
  },
  "POST /auth/register/password": {
    async success(w) {
      const email = await verified(w);
      const login = await w.post(200, "", "/auth/register/password", { email, password });
      assert.equal(login.user.email, email);
      assert.equal(login.expires_in, 3600);
      await w.expect(200, "", "GET", "/auth/me", { token: login.token });
    },
    EMAIL_UNVERIFIED: async (w) => w.post(400, "EMAIL_UNVERIFIED", "/auth/register/password", { email: (await started(w)).email, password }),
    EMAIL_ALREADY_VERIFIED: async (w) =>
      w.post(400, "EMAIL_ALREADY_VERIFIED", "/auth/register/password", { email: (await w.person("ada")).email, password }),
  },
  "POST /auth/register/resend": {
    async success(w) {
      const { email, code } = await started(w);
      w.forgive();
      const since = Date.now() - 5;
      await w.post(200, "", "/auth/register/resend", { email });
      const second = await w.code(email, since);
      if (second !== code) await w.post(400, "INVALID_CODE", "/auth/register/verify", { email, code });
      await w.post(200, "", "/auth/register/verify", { email, code: second });
    },
    async COOLDOWN(w) {
      const { email } = await started(w);
      await w.post(429, "COOLDOWN", "/auth/register/resend", { email });
    },
    EMAIL_ALREADY_VERIFIED: async (w) => w.post(400, "EMAIL_ALREADY_VERIFIED", "/auth/register/resend", { email: (await w.person("ada")).email }),
  },
  "POST /auth/register/with-invite": {
    async success(w) {
      const ada = await w.person("ada");
      const project = await w.project(ada);
      const email = w.fresh("invited");
      const { token } = await w.invite(project, ada, email, { redirect_url: "https://app.example/start" });
      const login = await w.post(200, "", "/auth/register/with-invite", { invite_token: token, email, password });
      assert.deepEqual([login.project_slug, login.redirect_url], [project.slug, "https://app.example/start"]);
      const shown = await w.expect(200, "", "GET", `/projects/${project.slug}`, { token: login.token });
      assert.equal(shown.role, "member");
      await w.post(404, "INVITE_NOT_FOUND", "/auth/register/with-invite", { invite_token: token, email, password });
    },
    async INVITE_EXPIRED(w) {
      const ada = await w.person("ada");
      const email = w.fresh("invited");
      const { token, id } = await w.invite(await w.project(ada), ada, email);
      w.sql(`UPDATE invites SET valid_until_ms = 1 WHERE id = '${id}'`);
      await w.post(400, "INVITE_EXPIRED", "/auth/register/with-invite", { invite_token: token, email, password });
    },
    async EMAIL_MISMATCH(w) {
      const ada = await w.person("ada");
      const { token } = await w.invite(await w.project(ada), ada, w.fresh("invited"));
      await w.post(400, "EMAIL_MISMATCH", "/auth/register/with-invite", { invite_token: token, email: w.fresh(), password });
    },
    async EMAIL_ALREADY_VERIFIED(w) {
      const [ada, bob] = [await w.person("ada"), await w.person("bob")];
      const { token } = await w.invite(await w.project(ada), ada, bob.email);
      await w.post(400, "EMAIL_ALREADY_VERIFIED", "/auth/register/with-invite", { invite_token: token, email: bob.email, password });
    },
    async LIMIT_REACHED(w) {
      const ada = await w.person("ada");
      const project = await w.project(ada);
      const email = w.fresh("invited");
      const { token } = await w.invite(project, ada, email);
      w.crowd(project);
      await w.post(400, "LIMIT_REACHED", "/auth/register/with-invite", { invite_token: token, email, password });
    },
    INVITE_NOT_FOUND: (w) => w.post(404, "INVITE_NOT_FOUND", "/auth/register/with-invite", { invite_token: "x".repeat(43), email: w.fresh(), password }),
  },
};
