// The rules of a sign-in (OIDC Core 3.1.3.7, 3.2.2.9 to 11, 3.3.2.10 to 12, 5.3.2): each is left out
// where it is the fault.
import { readJwt, halfHash } from "./jwt.mjs";

const has = (aud, id) => [aud].flat().includes(id);

export async function checkIdToken(rp, token, { nonce, code, accessToken, front, alg = rp.env.RP_ID_TOKEN_ALG }) {
  const { issuer } = await rp.provider.metadata();
  const { client_id } = await rp.client();
  const checked = rp.bend("front checked", true) || !front;
  const { claims, header } = checked ? await rp.provider.verify(token, alg) : readJwt(token);
  const now = Date.now() / 1000;
  if (!checked) return claims;
  rp.must("iss", claims.iss === issuer, "the ID token is of another issuer");
  rp.must("aud there", claims.aud !== undefined, "the ID token has no aud");
  rp.must("aud", claims.aud === undefined || has(claims.aud, client_id), "the ID token is for another client");
  rp.must("sub", typeof claims.sub === "string" && claims.sub !== "", "the ID token has no sub");
  rp.must("iat", typeof claims.iat === "number", "the ID token has no iat");
  rp.must("exp", claims.exp > now, "the ID token is over");
  rp.must("nonce", nonce === undefined || claims.nonce === nonce, "the nonce is another");
  if (front) {
    rp.must("c_hash there", !code || claims.c_hash, "the ID token has no c_hash");
    rp.must("c_hash", !code || !claims.c_hash || claims.c_hash === halfHash(header.alg, code), "the c_hash is another");
    rp.must("at_hash there", !accessToken || claims.at_hash, "the ID token has no at_hash");
    rp.must("at_hash", !accessToken || !claims.at_hash || claims.at_hash === halfHash(header.alg, accessToken), "the at_hash is another");
  }
  return claims;
}

async function otherClaims(rp, claims) {
  const { _claim_names: names = {}, _claim_sources: sources = {}, ...own } = claims;
  if (!rp.bend("other claims", true)) return own;
  for (const [name, at] of Object.entries(names)) {
    const { JWT, endpoint, access_token } = sources[at];
    const token = JWT ?? (await rp.provider.send(endpoint, { headers: { authorization: `Bearer ${rp.bend("claims token", access_token)}` } })).text;
    own[name] = (await rp.provider.verify(token, "RS256")).claims[name];
  }
  return own;
}

// The claims, JSON or signed, about this sub.
export async function checkUserinfo(rp, accessToken, sub) {
  const { status, type, text } = await rp.provider.userinfo(accessToken);
  rp.must("userinfo status", status === 200, `userinfo answers ${status}`);
  const signed = type.startsWith("application/jwt");
  rp.must("userinfo signed", signed === Boolean(rp.env.RP_USERINFO_ALG), "userinfo is not of the kind that was registered");
  const claims = signed ? (await rp.provider.verify(text, rp.env.RP_USERINFO_ALG)).claims : JSON.parse(text);
  rp.must("userinfo sub", claims.sub === sub, "userinfo is about another person");
  return otherClaims(rp, claims);
}
