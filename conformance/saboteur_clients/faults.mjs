// The faults that are more than a rule left out: a place of the client where something is bent, and
// how.
const no = () => false;
const yes = () => true;
const without = (...names) => (value) => Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
const set = (members) => (value) => ({ ...value, ...members });

export const faults = Object.fromEntries(
  Object.entries({
    "does not redeem": ["redeems", no],
    "does not ask userinfo": ["asks userinfo", no],
    "token in the query": ["userinfo method", () => "query"],
    "another userinfo token": ["userinfo token", () => "another"],
    "does not log in": ["answer of /login", set({ status: 200, headers: {}, body: "later" })],
    "another callback": ["callback", () => "/elsewhere"],
    "refuses everything": ["answer of /callback", set({ status: 400, headers: {}, body: "no" })],
    "does not listen": ["start", () => process.exit(1)],
    "hangs up": ["request to /login", no],
    "hangs up at the callback": ["request to /callback", no],
    "answers 500": ["status of a refusal", (status) => (status === 400 ? 500 : status)],
    "another user": ["me", set({ sub: "another" })],
    "another issuer's user": ["me", set({ iss: "https://another.example" })],
    "no nonce": ["authorization request", without("nonce")],
    "no openid": ["authorization request", set({ scope: "email" })],
    "no scopes": ["authorization request", set({ scope: "openid" })],
    "plain PKCE": ["authorization request", set({ code_challenge_method: "plain" })],
    "another redirect_uri": ["authorization request", set({ redirect_uri: "http://127.0.0.1:1/callback" })],
    "another response_type": ["authorization request", set({ response_type: "code token" })],
    "no response_mode": ["authorization request", without("response_mode")],
    "another client_id": ["authorization request", set({ client_id: "another" })],
    "no verifier": ["token request", without("code_verifier")],
    "another code": ["token request", set({ code: "another" })],
    "redirect_uri of another": ["token request", set({ redirect_uri: "http://127.0.0.1:1/callback" })],
    "another grant_type": ["token request", set({ grant_type: "password" })],
    "secret in the form": ["authentication", () => "client_secret_post"],
    "secret not encoded": ["form-encoded", () => (text) => text],
    "no second fetch": ["refetch", no],
    "front not checked": ["front checked", no],
    "first key only": ["one key only", yes],
    "wants a kid": ["wants a kid", yes],
    "signs with PS256": ["alg of ID tokens", () => "PS256"],
    "never none": ["never none", yes],
  }).map(([name, [at, bend]]) => [name, { at, bend }]),
);
