// The second factor.
import assert from "node:assert/strict";
import { password, totp } from "./world.mjs";

async function enabled(w, name) {
  const person = await w.register(w.fresh(name));
  const { secret } = await w.expect(200, "", "GET", "/auth/2fa/setup", { token: person.token });
  const { recovery_codes } = await w.post(200, "", "/auth/2fa/enable", { code: totp(secret, -1) }, person.token);
  w.secrets.push(...recovery_codes);
  return { ...person, secret, recovery_codes };
}

const challenge = async (w, person) => {
  const { totp_required, challenge_token } = await w.post(202, "", "/auth/login", { email: person.email, password });
  assert.equal(totp_required, true);
  return challenge_token;
};

const wrongCode = (secret) => [-1, 0, 1].map((step) => totp(secret, step)).includes("000000") ? "111111" : "000000";

export const twoFactor = {
  "GET /auth/2fa/setup": {
    async success(w) {
      const ada = await w.person("ada");
      const { secret, qrCodeUrl } = await w.expect(200, "", "GET", "/auth/2fa/setup", { token: ada.token });
      assert.equal(qrCodeUrl, `otpauth://totp/HitKey:${encodeURIComponent(ada.email)}?secret=${secret}&issuer=HitKey`);
    },
    async ALREADY_ENABLED(w) {
      const person = await enabled(w, "two");
      await w.expect(400, "ALREADY_ENABLED", "GET", "/auth/2fa/setup", { token: person.token });
    },
  },
  "POST /auth/2fa/enable": {
    success: (w) => enabled(w, "two"),
    async INVALID_CODE(w) {
      const person = await w.register(w.fresh("two"));
      const { secret } = await w.expect(200, "", "GET", "/auth/2fa/setup", { token: person.token });
      await w.post(400, "INVALID_CODE", "/auth/2fa/enable", { code: wrongCode(secret) }, person.token);
      w.forgive();
    },
    SETUP_NOT_INITIATED: async (w) => w.post(400, "SETUP_NOT_INITIATED", "/auth/2fa/enable", { code: "123456" }, (await w.person("eve")).token),
  },
  "POST /auth/2fa/disable": {
    async success(w) {
      const person = await enabled(w, "two");
      await w.post(200, "", "/auth/2fa/disable", { code: totp(person.secret) }, person.token);
      await w.post(200, "", "/auth/login", { email: person.email, password });
    },
    async INVALID_CODE(w) {
      const person = await enabled(w, "two");
      await w.post(400, "INVALID_CODE", "/auth/2fa/disable", { code: wrongCode(person.secret) }, person.token);
      w.forgive();
    },
    NOT_ENABLED: async (w) => w.post(400, "NOT_ENABLED", "/auth/2fa/disable", { code: "123456" }, (await w.person("eve")).token),
  },
  "POST /auth/2fa/verify": {
    async success(w) {
      const person = await enabled(w, "two");
      const token = await challenge(w, person);
      const code = totp(person.secret);
      const login = await w.post(200, "", "/auth/2fa/verify", { challenge_token: token, code });
      assert.equal(login.user.id, person.id);
      await w.post(400, "INVALID_TOKEN", "/auth/2fa/verify", { challenge_token: token, code });
      const again = await challenge(w, person);
      await w.post(400, "INVALID_CODE", "/auth/2fa/verify", { challenge_token: again, code }); // RFC 6238 5.2
      await w.post(200, "", "/auth/2fa/verify", { challenge_token: again, code: person.recovery_codes[0] });
      w.forgive();
    },
    async INVALID_CODE(w) {
      const person = await enabled(w, "two");
      await w.post(400, "INVALID_CODE", "/auth/2fa/verify", { challenge_token: await challenge(w, person), code: wrongCode(person.secret) });
      w.forgive();
    },
    INVALID_TOKEN: (w) => w.post(400, "INVALID_TOKEN", "/auth/2fa/verify", { challenge_token: "0".repeat(43), code: "123456" }),
  },
  "POST /auth/2fa/recovery-codes": {
    async success(w) {
      const person = await enabled(w, "two");
      const { recovery_codes } = await w.post(200, "", "/auth/2fa/recovery-codes", { code: person.recovery_codes[0] }, person.token);
      w.secrets.push(...recovery_codes);
      await w.post(400, "INVALID_CODE", "/auth/2fa/verify", { challenge_token: await challenge(w, person), code: person.recovery_codes[1] });
      await w.post(200, "", "/auth/2fa/verify", { challenge_token: await challenge(w, person), code: recovery_codes[0] });
      assert.equal((await w.expect(200, "", "GET", "/auth/me", { token: person.token })).recoveryCodesLeft, 9);
      w.forgive();
    },
    async INVALID_CODE(w) {
      const person = await enabled(w, "two");
      await w.post(400, "INVALID_CODE", "/auth/2fa/recovery-codes", { code: wrongCode(person.secret) }, person.token);
      w.forgive();
    },
    NOT_ENABLED: async (w) => w.post(400, "NOT_ENABLED", "/auth/2fa/recovery-codes", { code: "123456" }, (await w.person("eve")).token),
  },
};
