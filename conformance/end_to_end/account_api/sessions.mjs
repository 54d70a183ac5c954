// Logging in and out, the profile, the password.
import assert from "node:assert/strict";
import { password } from "./world.mjs";

const reset = async (w, email) => {
  const since = Date.now() - 5;
  await w.post(200, "", "/auth/password/forgot", { email });
  const mail = await w.server.mail(email, { since, match: /reset[?#]token=/ });
  const token = /reset[?#]token=([\w-]+)/.exec(mail)[1];
  w.secrets.push(token);
  return token;
};

export const sessions = {
  "POST /auth/login": {
    async success(w) {
      const ada = await w.person("ada");
      const login = await w.post(200, "", "/auth/login", { email: ada.email.toUpperCase(), password });
      assert.deepEqual([login.type, login.expires_in, login.user.id], ["bearer", 3600, ada.id]);
      assert.match(login.token, /^hitkey_/);
      assert.match(login.refresh_token, /^[0-9a-f]{64}$/);
    },
    async INVALID_CREDENTIALS(w) {
      await w.post(401, "INVALID_CREDENTIALS", "/auth/login", { email: (await w.person("ada")).email, password: "another one 1" });
      await w.post(401, "INVALID_CREDENTIALS", "/auth/login", { email: w.fresh(), password });
      w.forgive();
    },
    // An account whose only address is not proven: none is made by the API, but an address can be.
    async EMAIL_NOT_VERIFIED(w) {
      const eve = await w.person("eve");
      const email = w.fresh();
      await w.post(201, "", "/auth/emails", { email }, eve.token);
      await w.post(401, "EMAIL_NOT_VERIFIED", "/auth/login", { email, password });
      w.forgive();
    },
  },
  "POST /auth/logout": {
    async success(w) {
      const { token } = await w.login((await w.person("ada")).email);
      await w.post(200, "", "/auth/logout", undefined, token);
      await w.expect(401, "unauthorized", "GET", "/auth/me", { token });
    },
  },
  "GET /auth/me": {
    async success(w) {
      const ada = await w.person("ada");
      const me = await w.expect(200, "", "GET", "/auth/me", { token: ada.token });
      assert.deepEqual([me.id, me.email, me.emailVerified, me.totpEnabled], [ada.id, ada.email, true, false]);
      assert.deepEqual(me.emails.map(({ email, isDefault, isVerified }) => [email, isDefault, isVerified]), [[ada.email, true, true]]);
      assert.match(me.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      await w.expect(200, "", "GET", "/auth/me/", { token: ada.token });
    },
  },
  "PATCH /auth/profile": {
    async success(w) {
      const ada = await w.person("ada");
      const body = { surname: "Lovelace", givenNames: "Ada", displayName: "Ada L.", nativeScript: "Ада", preferredOrder: "eastern", username: `ada_${w.count}` };
      const me = await w.expect(200, "", "PATCH", "/auth/profile", { token: ada.token, body });
      for (const [name, value] of Object.entries(body)) assert.equal(me[name], value);
      assert.equal(me.name, "Lovelace Ada");
      const cleared = await w.expect(200, "", "PATCH", "/auth/profile", { token: ada.token, body: Object.fromEntries(Object.keys(body).map((name) => [name, null])) });
      for (const name of Object.keys(body)) assert.equal(cleared[name], null);
    },
    async USERNAME_INVALID(w) {
      const ada = await w.person("ada");
      for (const username of ["ab", "x".repeat(31), "with space", "тест", "a-b-c"])
        await w.expect(400, "USERNAME_INVALID", "PATCH", "/auth/profile", { token: ada.token, body: { username } });
    },
    USERNAME_RESERVED: async (w) => w.expect(400, "USERNAME_RESERVED", "PATCH", "/auth/profile", { token: (await w.person("ada")).token, body: { username: "Admin" } }),
    async USERNAME_TAKEN(w) {
      const [bob, eve] = [await w.person("bob"), await w.person("eve")];
      const username = `bob_${w.count}`;
      await w.expect(200, "", "PATCH", "/auth/profile", { token: bob.token, body: { username } });
      await w.expect(409, "USERNAME_TAKEN", "PATCH", "/auth/profile", { token: eve.token, body: { username: username.toUpperCase() } });
    },
  },
  "POST /auth/token/refresh": {
    async success(w) {
      const ada = await w.login((await w.person("ada")).email);
      const next = await w.post(200, "", "/auth/token/refresh", { refresh_token: ada.refresh });
      await w.expect(200, "", "GET", "/auth/me", { token: next.token });
      await w.post(401, "unauthorized", "/auth/token/refresh", { refresh_token: ada.refresh });
      await w.expect(401, "unauthorized", "GET", "/auth/me", { token: next.token });
    },
  },
  "POST /auth/password/forgot": {
    async success(w) {
      const known = await w.post(200, "", "/auth/password/forgot", { email: (await w.person("ada")).email });
      const unknown = await w.post(200, "", "/auth/password/forgot", { email: w.fresh() });
      assert.deepEqual(known, unknown);
    },
  },
  "POST /auth/password/reset": {
    async success(w) {
      const kim = await w.register(w.fresh("kim"));
      const token = await reset(w, kim.email);
      const another = "another river in june";
      w.secrets.push(another);
      await w.post(200, "", "/auth/password/reset", { token, password: another });
      await w.expect(401, "unauthorized", "GET", "/auth/me", { token: kim.token });
      await w.post(401, "INVALID_CREDENTIALS", "/auth/login", { email: kim.email, password });
      await w.post(200, "", "/auth/login", { email: kim.email, password: another });
      await w.post(400, "INVALID_TOKEN", "/auth/password/reset", { token, password: another });
      w.forgive();
    },
    INVALID_TOKEN: (w) => w.post(400, "INVALID_TOKEN", "/auth/password/reset", { token: "0".repeat(43), password: "another river in june" }),
    async TOKEN_EXPIRED(w) {
      const lee = await w.register(w.fresh("lee"));
      const token = await reset(w, lee.email);
      w.sql("UPDATE password_resets SET expires_ms = 1");
      await w.post(400, "TOKEN_EXPIRED", "/auth/password/reset", { token, password: "another river in june" });
    },
  },
  "POST /auth/password/change": {
    async success(w) {
      const kim = await w.register(w.fresh("kim"));
      const other = await w.login(kim.email);
      const another = "another river in june";
      await w.post(200, "", "/auth/password/change", { current_password: password, password: another }, kim.token);
      await w.expect(200, "", "GET", "/auth/me", { token: kim.token });
      await w.expect(401, "unauthorized", "GET", "/auth/me", { token: other.token });
      await w.post(401, "unauthorized", "/auth/token/refresh", { refresh_token: other.refresh });
      await w.post(200, "", "/auth/token/refresh", { refresh_token: kim.refresh });
      await w.post(401, "INVALID_CREDENTIALS", "/auth/login", { email: kim.email, password });
      await w.post(200, "", "/auth/login", { email: kim.email, password: another });
      await w.server.mail(kim.email, { match: /password/i });
      w.forgive();
    },
    async INVALID_PASSWORD(w) {
      const bob = await w.person("bob");
      await w.post(400, "INVALID_PASSWORD", "/auth/password/change", { current_password: "not this one 1", password: "another river in june" }, bob.token);
      w.forgive();
    },
  },
  "GET /auth/sessions": {
    async success(w) {
      const kim = await w.register(w.fresh("kim"));
      const other = await w.login(kim.email);
      const rows = await w.expect(200, "", "GET", "/auth/sessions", { token: other.token });
      assert.equal(rows.length, 2);
      assert.equal(rows.filter(({ isCurrent }) => isCurrent).length, 1);
    },
  },
  "DELETE /auth/sessions": {
    async success(w) {
      const kim = await w.register(w.fresh("kim"));
      const other = await w.login(kim.email);
      await w.expect(200, "", "DELETE", "/auth/sessions", { token: other.token });
      await w.expect(401, "unauthorized", "GET", "/auth/me", { token: kim.token });
      await w.expect(200, "", "GET", "/auth/me", { token: other.token });
    },
  },
  "DELETE /auth/sessions/:id": {
    async success(w) {
      const kim = await w.register(w.fresh("kim"));
      const other = await w.login(kim.email);
      const rows = await w.expect(200, "", "GET", "/auth/sessions", { token: other.token });
      const { id } = rows.find(({ isCurrent }) => !isCurrent);
      await w.expect(404, "not_found", "DELETE", `/auth/sessions/${id}`, { token: (await w.person("bob")).token });
      await w.expect(200, "", "DELETE", `/auth/sessions/${id}`, { token: other.token });
      await w.expect(401, "unauthorized", "GET", "/auth/me", { token: kim.token });
      await w.expect(404, "not_found", "DELETE", `/auth/sessions/${id}`, { token: other.token });
    },
  },
};
