// JWTs over node:crypto: read, verified, made.
import { constants, createHash, createHmac, createPrivateKey, createPublicKey, sign, timingSafeEqual, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const decode = (part) => JSON.parse(Buffer.from(part, "base64url").toString());
const kinds = {
  RS256: { kty: "RSA", digest: "sha256", options: {} },
  PS256: { kty: "RSA", digest: "sha256", options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
  ES256: { kty: "EC", digest: "sha256", options: { dsaEncoding: "ieee-p1363" } },
  EdDSA: { kty: "OKP", digest: null, options: {} },
};

export function readJwt(token) {
  const [header, payload, signature, ...more] = token.split(".");
  if (signature === undefined || more.length) throw new Error("this is no compact JWT");
  return { header: decode(header), claims: decode(payload), input: Buffer.from(`${header}.${payload}`), signature: Buffer.from(signature, "base64url") };
}

export const fits = ({ alg, kid }) => (jwk) =>
  jwk.kty === kinds[alg]?.kty && (!kid || jwk.kid === kid) && (!jwk.alg || jwk.alg === alg) && (jwk.use ?? "sig") === "sig";

export function isGood({ header: { alg }, input, signature }, jwk) {
  const { digest, options } = kinds[alg];
  return verify(digest, input, { key: createPublicKey({ key: jwk, format: "jwk" }), ...options }, signature);
}

export function isGoodHmac({ input, signature }, secret) {
  const expected = createHmac("sha256", secret).update(input).digest();
  return expected.length === signature.length && timingSafeEqual(expected, signature);
}

// `file` is the PEM of a private key; alg none: unsigned; HS256: with a secret.
export function makeJwt(claims, { alg, kid, file, secret }) {
  const text = `${encode(alg === "none" ? { alg } : { alg, kid })}.${encode(claims)}`;
  if (alg === "none") return `${text}.`;
  if (alg === "HS256") return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
  const { digest, options } = kinds[alg];
  const key = { key: createPrivateKey(readFileSync(file)), ...options };
  return `${text}.${sign(digest, Buffer.from(text), key).toString("base64url")}`;
}

// at_hash, c_hash (OIDC Core 3.1.3.6): the left half of the digest that the alg has.
export function halfHash(alg, value) {
  const digest = createHash(alg === "EdDSA" ? "sha512" : "sha256").update(value).digest();
  return digest.subarray(0, digest.length / 2).toString("base64url");
}
