// The grants of libhitkey-rp that need no browser, with npm's oidc-provider: client credentials, resource
// indicators, introspection (JSON and signed), revocation, the device flow, refresh, CIBA (poll and ping),
// pushed requests, DPoP with nonces, private_key_jwt, and registration management.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errors } from "oidc-provider";
import { managesRegistration, usingTool } from "./grants_tool.mjs";
import { startProvider } from "./oidc_provider.mjs";
import { freePort, makeAuthority, sleep } from "./server.mjs";

const folder = mkdtempSync(join(tmpdir(), "grants-"));
const keyFile = join(folder, "key.pem");
const api = "https://api.example";
const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
const cibaGrant = "urn:openid:params:grant-type:ciba";
const secret = randomBytes(32).toString("hex");
let pinged, provider;

// Where the provider says that a user has answered, in ping mode: `posts` are what came.
async function startPinged() {
  const authority = makeAuthority(folder);
  const port = await freePort();
  const here = { url: `https://localhost:${port}/ping`, agent: new Agent({ ca: readFileSync(authority.ca) }), posts: [] };
  const server = createServer({ cert: readFileSync(authority.cert), key: readFileSync(authority.key) }, async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    here.posts.push({ authorization: request.headers.authorization, body });
    response.writeHead(204).end();
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  here.stop = () => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  });
  return here;
}

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
    {
      client_id: "pinged", grant_types: [cibaGrant], backchannel_token_delivery_mode: "ping",
      backchannel_client_notification_endpoint: pinged.url, ...keyed, ...noBrowser,
    },
    {
      client_id: "signed", client_secret: secret, grant_types: ["client_credentials"],
      introspection_signed_response_alg: "ES256", ...noBrowser,
    },
    { client_id: "web", redirect_uris: ["http://localhost:9/callback"], application_type: "native", ...keyed },
  ];
}

const features = {
  ciba: {
    enabled: true,
    deliveryModes: ["poll", "ping"],
    processLoginHint: (_context, hint) => hint,
    triggerAuthenticationDevice: () => {},
    validateBindingMessage: () => {},
    validateRequestContext: () => {},
    verifyUserCode: () => {},
  },
  dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
  jwtIntrospection: { enabled: true },
  pushedAuthorizationRequests: { enabled: true },
  registration: { enabled: true, initialAccessToken: secret },
  registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
  resourceIndicators: {
    enabled: true,
    getResourceServerInfo(_context, resource) {
      if (resource !== api) throw new errors.InvalidTarget();
      return { scope: "api:read", audience: resource, accessTokenFormat: "opaque" };
    },
  },
};

const using = (client, settings, body) => usingTool(provider.issuer, client, settings, body);
const key = `key=${keyFile}`;

before(async () => {
  pinged = await startPinged();
  provider = await startProvider({ clients: clients(), features, settings: { httpOptions: ({ protocol }) => (protocol === "https:" ? { agent: pinged.agent } : {}) } });
});

after(async () => {
  await provider?.stop();
  await pinged?.stop();
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

test("CIBA, ping mode: the provider's POST is taken, and one with another token or request is not", () =>
  using("pinged", [key], async (program) => {
    const token = randomBytes(24).toString("base64url");
    const started = await program.run("ciba", "ada", token);
    assert.equal(started.code, "HK_OK", started.text);
    await provider.approveBackchannel(started.text);
    const [{ authorization, body }] = pinged.posts;
    assert.deepEqual([authorization, JSON.parse(body)], [`Bearer ${token}`, { auth_req_id: started.text }]);
    const another = `Bearer ${randomBytes(24).toString("base64url")}`;
    assert.equal((await program.run("ping", another, body)).code, "HK_E_STATE");
    assert.equal((await program.run("ping", undefined, body)).code, "HK_E_ARG");
    assert.equal((await program.run("ping", authorization, '{"auth_req_id":"another"}')).code, "HK_E_STATE");
    assert.equal((await program.run("ping", authorization, body)).code, "HK_OK");
    assert.match((await program.run("poll")).text, /^Bearer ada /);
  }));

test("introspection is signed for a client that registered so (RFC 9701)", () =>
  using("signed", [`secret=${secret}`, "introspection_alg=ES256"], async (program) => {
    assert.equal((await program.run("client_credentials", "api:read", api)).code, "HK_OK");
    assert.equal((await program.run("introspect")).text, "active");
    assert.deepEqual(await program.run("revoke"), { code: "HK_OK", oauth: "-", text: "inactive" });
  }));

test("introspection signed by another algorithm than was agreed is refused", () =>
  using("job", [`secret=${provider.secret}`, "introspection_alg=ES256"], async (program) => {
    assert.equal((await program.run("client_credentials", "api:read", api)).code, "HK_OK");
    assert.equal((await program.run("introspect")).code, "HK_E_ALG");
  }));

test("registration: a client registers itself, reads, changes and removes what it registered", async () => {
  const { first, second } = await managesRegistration(provider.issuer, { token: secret });
  assert.notEqual(second.registration_access_token, first.registration_access_token, "the provider gave a new one");
});

test("registration with another initial access token is refused", () =>
  using("-", [], async (program) => {
    const refused = await program.run("register", undefined, "wrong");
    assert.deepEqual([refused.code, refused.oauth], ["HK_E_OAUTH", "invalid_token"]);
  }));
