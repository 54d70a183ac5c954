// JWTs, keys and hashes over node:crypto.
import { constants, createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";

export const random = (bytes = 32) => randomBytes(bytes).toString("base64url");
export const now = () => Math.floor(Date.now() / 1000);
export const sha256 = (text) => createHash("sha256").update(text).digest("base64url");
// at_hash, c_hash (OIDC Core 3.1.3.6): the left half of the digest.
export const halfHash = (text) => createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url");

const kinds = { RS256: ["rsa", { modulusLength: 2048 }], ES256: ["ec", { namedCurve: "P-256" }] };
const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const decode = (part) => JSON.parse(Buffer.from(part, "base64url").toString());
// RFC 7518 3.4: ES256 signatures are R and S side by side; 3.5: the salt is as long as the hash.
const asJose = (key, alg) => ({
  key,
  dsaEncoding: "ieee-p1363",
  ...(alg === "PS256" && { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
});

export function newKey(alg) {
  const { privateKey, publicKey } = generateKeyPairSync(...kinds[alg]);
  return { alg, privateKey, jwk: { ...publicKey.export({ format: "jwk" }), use: "sig", alg, kid: random(6) } };
}

// Without a key: unsigned, alg "none".
export function signJwt(claims, key, header = { alg: key?.alg ?? "none", kid: key?.jwk.kid }) {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${key ? sign("sha256", Buffer.from(text), asJose(key.privateKey, header.alg)).toString("base64url") : ""}`;
}

// The claims. `alg` is the only one accepted; `jwks` are the keys that may have signed; `matters` is
// false where a fault wants any signature to do. Throws.
export function verifyJwt(token, alg, jwks, matters = true) {
  const [head, payload, signature] = token.split(".");
  const { alg: found, kid } = decode(head);
  if (found !== alg) throw new Error(`the alg is ${found}, not ${alg}`);
  const text = Buffer.from(`${head}.${payload}`);
  const good = (jwk) =>
    (!kid || !jwk.kid || jwk.kid === kid) &&
    verify("sha256", text, asJose(createPublicKey({ key: jwk, format: "jwk" }), alg), Buffer.from(signature, "base64url"));
  const isGood = alg === "none" ? signature === "" : jwks.some(good);
  if (matters && !isGood) throw new Error("the signature is not good");
  return decode(payload);
}
