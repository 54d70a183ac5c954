// What software and operators ask: where everything is, and how it is.
import assert from "node:assert/strict";

const answered = (path, holds) => async (w) => {
  const answer = await w.book.call("GET", path);
  assert.equal(answer.status, 200, answer.text);
  holds(answer, w);
};

const discovery = ({ json }, w) => assert.equal(json.issuer, w.server.issuer);

export const health = {
  "GET /.well-known/openid-configuration": { success: answered("/.well-known/openid-configuration", discovery) },
  "GET /.well-known/oauth-authorization-server": { success: answered("/.well-known/oauth-authorization-server", discovery) },
  "GET /oauth/jwks": { success: answered("/oauth/jwks", ({ json }) => assert.ok(json.keys.every(({ d, kid }) => !d && kid))) },
  "GET /swagger.json": {
    success: async (w) => assert.deepEqual((await w.server.api("GET", "/swagger.json")).json, w.book.document),
  },
  "GET /health": {
    success: answered("/health", ({ json }) => assert.deepEqual([json.process, json.store, json.core, json.status], ["ok", "ok", "ok", "ok"])),
  },
  "GET /metrics": { success: answered("/metrics", ({ text }) => assert.match(text, /^# TYPE hitkey_http_requests_total counter$/m)) },
};
