// The grants of libhitkey-rp that need no browser, with npm's oidc-provider: client credentials, resource
// indicators, introspection, revocation, the device flow, refresh, CIBA, pushed requests, DPoP with nonces,
// and private_key_jwt.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { errors } from "oidc-provider";
import { startProvider } from "./oidc_provider.mjs";
import { sleep } from "./server.mjs";

const tool = join(process.env.E2E_BIN, "rp/tests/grants/rp_grants_tool");
const folder = mkdtempSync(join(tmpdir(), "grants-"));
const keyFile = join(folder, "key.pem");
const api = "https://api.example";
const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
const cibaGrant = "urn:openid:params:grant-type:ciba";
const secret = randomBytes(32).toString("hex");
let provider;

function clients() {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  writeFileSync(keyFile, privateKey.export({ type: "pkcs8", format: "pem" }));
  const { d, ...jwk } = privateKey.export({ format: "jwk" });
  const keyed = { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [{ ...jwk, kid: "client", use: "sig" }] } };
  const noBrowser = { redirect_uris: [], response_types: [] };
  return [
    { client_id: "post", client_secret: secret, token_endpoint_auth_method: "client_secret_post", grant_types: ["client_credentials"], ...noBrowser },
    { client_id: "jwt", client_secret: secret, token_endpoint_auth_method: "client_secret_jwt", grant_types: ["client_credentials"], ...noBrowser },
    { client_id: "keyed", grant_types: ["client_credentials"], ...keyed, ...noBrowser },
    { client_id: "bound", grant_types: ["client_credentials", deviceGrant, "refresh_token"], dpop_bound_access_tokens: true, ...keyed, ...noBrowser },
    { client_id: "till", grant_types: [cibaGrant, "refresh_token"], backchannel_token_delivery_mode: "poll", ...keyed, ...noBrowser },
    { client_id: "web", redirect_uris: ["http://localhost:9/callback"], application_type: "native", ...keyed },
  ];
}

const features = {
  ciba: {
    enabled: true,
    deliveryModes: ["poll"],
    processLoginHint: (_context, hint) => hint,
    triggerAuthenticationDevice: () => {},
    validateBindingMessage: () => {},
    validateRequestContext: () => {},
    verifyUserCode: () => {},
  },
  dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
  pushedAuthorizationRequests: { enabled: true },
  resourceIndicators: {
    enabled: true,
    getResourceServerInfo(_context, resource) {
      if (resource !== api) throw new errors.InvalidTarget();
      return { scope: "api:read", audience: resource, accessTokenFormat: "opaque" };
    },
  },
};

// The tool in its own process: run(command) gives what it answers.
function start(client, ...settings) {
  const child = spawn(tool, [provider.issuer, client, ...settings], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(...command) {
      child.stdin.write(`${command.join("|")}\n`);
      const [code, oauth, ...rest] = (await lines.next()).value.split(" ");
      return { code, oauth, text: rest.join(" ") };
    },
    end: () => new Promise((resolve) => {
      child.on("exit", resolve);
      child.stdin.end();
    }),
  };
}

// Runs the body with the tool, which must end well: no leak, no error of a sanitizer.
async function using(client, settings, body) {
  const program = start(client, ...settings);
  try {
    await body(program);
  } finally {
    assert.equal(await program.end(), 0);
  }
}

const key = `key=${keyFile}`;

before(async () => {
  provider = await startProvider({ clients: clients(), features });
});

after(async () => {
  await provider?.stop();
  rmSync(folder, { recursive: true });
});

for (const [client, settings] of [
  ["job", () => [`secret=${provider.secret}`]],
  ["post", () => [`secret=${secret}`, "client_auth=client_secret_post"]],
  ["jwt", () => [`secret=${secret}`, "client_auth=client_secret_jwt"]],
  ["keyed", () => [key]],
]) {
  test(`client credentials, introspection and revocation as ${client}`, () =>
    using(client, settings(), async (program) => {
      assert.deepEqual(await program.run("client_credentials", "api:read", api), { code: "HK_OK", oauth: "-", text: "Bearer - - api:read" });
      assert.equal((await program.run("introspect")).text, "active");
      assert.deepEqual(await program.run("revoke"), { code: "HK_OK", oauth: "-", text: "inactive" });
      const refused = await program.run("client_credentials", "api:read", `${api} https://another.example`);
      assert.deepEqual([refused.code, refused.oauth], ["HK_E_OAUTH", "invalid_target"]);
    }));
}

test("a wrong secret is invalid_client", () =>
  using("job", ["secret=wrong"], async (program) => {
    const refused = await program.run("client_credentials", "-", "-");
    assert.deepEqual([refused.code, refused.oauth], ["HK_E_OAUTH", "invalid_client"]);
  }));

test("DPoP: a token is bound, and the nonce that the provider asks for is sent", () =>
  using("bound", [key, "dpop=require"], async (program) => {
    assert.equal((await program.run("client_credentials", "api:read", api)).text, "DPoP - - api:read");
    assert.equal((await program.run("client_credentials", "api:read", api)).text, "DPoP - - api:read");
    assert.equal((await program.run("introspect")).text, "active");
  }));

async function waitAndPoll(program, approve) {
  const early = await program.run("poll");
  assert.equal(early.code, "HK_PENDING");
  await approve();
  await sleep(Number(early.text));
  return program.run("poll");
}

for (const [client, settings, type] of [
  ["television", () => ["client_auth=none"], "Bearer"],
  ["bound", () => [key, "dpop=require"], "DPoP"],
]) {
  test(`the device flow as ${client}: a user signs in, and the session is refreshed`, () =>
    using(client, settings(), async (program) => {
      const started = await program.run("device", "openid email offline_access");
      assert.equal(started.code, "HK_OK");
      const signedIn = await waitAndPoll(program, () => provider.approve(started.text));
      assert.equal(signedIn.text, `${type} ada refreshable openid email offline_access`);
      const refreshed = await program.run("refresh");
      assert.equal(refreshed.text, `${type} ada refreshable openid email offline_access`);
      if (client === "bound") assert.deepEqual(await program.run("revoke"), { code: "HK_OK", oauth: "-", text: "inactive" });
    }));
}

test("CIBA, poll mode: the user agrees on a device of their own", () =>
  using("till", [key], async (program) => {
    const started = await program.run("ciba", "ada");
    assert.equal(started.code, "HK_OK");
    const signedIn = await waitAndPoll(program, () => provider.approveBackchannel(started.text));
    assert.match(signedIn.text, /^Bearer ada /);
  }));

test("an authorization request is pushed", () =>
  using("web", [key, "par=require"], async (program) => {
    const begun = await program.run("begin");
    assert.equal(begun.code, "HK_OK");
    assert.match(new URL(begun.text).searchParams.get("request_uri"), /^urn:ietf:params:oauth:request_uri:/);
    assert.equal(new URL(begun.text).searchParams.get("state"), null);
  }));
