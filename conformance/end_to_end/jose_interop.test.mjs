// Each algorithm of keys/ both ways against npm's jose and Debian's jose command.
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import './web_crypto.mjs'
import * as jose from 'jose'

const tool = join(process.env.E2E_BIN ?? 'build/dev', 'keys/jose_tool')
const text = 'You can trust us to keep any secret of yours.'

const run = (program, args, input = '') => execFileSync(program, args, { input, encoding: 'utf8' })
const ours = (input, ...args) => run(tool, args, input)
const refuses = (input, ...args) =>
  assert.throws(() => execFileSync(tool, args, { input, stdio: ['pipe', 'pipe', 'pipe'] }), { status: 1 })

const [signing, wrapping, contents] = run(tool, ['algorithms'])
  .trim()
  .split('\n')
  .map((line) => line.trim().split(' '))

const secret = (bytes) => ({ kty: 'oct', k: randomBytes(bytes).toString('base64url') })
const pairs = new Map()
const generated = async (name, alg, options) => {
  if (!pairs.has(name)) {
    const made = await jose.generateKeyPair(alg, { extractable: true, ...options })
    pairs.set(name, {
      private: await jose.exportJWK(made.privateKey),
      public: await jose.exportJWK(made.publicKey)
    })
  }
  return pairs.get(name)
}
const same = (key) => ({ private: key, public: key })

const signingKey = async (alg) => {
  if (alg.startsWith('HS')) return same(secret(64))
  return /^[RP]S/.test(alg) ? generated('RSA', 'RS256') : generated(alg, alg)
}

const dirBytes = { A128GCM: 16, A192GCM: 24, A256GCM: 32, 'A128CBC-HS256': 32, 'A192CBC-HS384': 48, 'A256CBC-HS512': 64 }
const encryptionKey = async (alg, enc, crv) => {
  if (alg === 'dir') return same(secret(dirBytes[enc]))
  if (/^A\d+KW$/.test(alg)) return same(secret(Number(alg.slice(1, 4)) / 8))
  return alg.startsWith('RSA') ? generated('RSA', 'RS256') : generated(crv, 'ECDH-ES', { crv })
}
const curves = (alg) => (alg.startsWith('ECDH') ? ['P-256', 'P-384', 'P-521', 'X25519'] : ['-'])

// npm's jose has no Ed448; Node has, without the JWS around it.
for (const alg of signing.filter((name) => name !== 'Ed448'))
  test(`npm jose: ${alg}`, async () => {
    const key = await signingKey(alg)
    const token = ours(text, 'sign', alg, JSON.stringify(key.private))
    const verified = await jose.compactVerify(token, await jose.importJWK(key.public, alg))
    assert.equal(new TextDecoder().decode(verified.payload), text)
    const theirs = await new jose.CompactSign(new TextEncoder().encode(text))
      .setProtectedHeader({ alg })
      .sign(await jose.importJWK(key.private, alg))
    assert.equal(ours(theirs, 'verify', alg, JSON.stringify(key.public)), text)
    refuses(theirs.replace('.', '.AAAA'), 'verify', alg, JSON.stringify(key.public))
  })

for (const alg of ['Ed448', 'EdDSA'])
  test(`Node's Ed448 as ${alg}`, () => {
    const pair = generateKeyPairSync('ed448')
    const [ownKey, publicKey] = [pair.privateKey, pair.publicKey].map((key) => JSON.stringify(key.export({ format: 'jwk' })))
    const token = ours(text, 'sign', alg, ownKey)
    const signed = token.slice(0, token.lastIndexOf('.'))
    assert.ok(verify(null, Buffer.from(signed), pair.publicKey, Buffer.from(token.slice(signed.length + 1), 'base64url')))
    const input = [JSON.stringify({ alg }), text].map((part) => Buffer.from(part).toString('base64url')).join('.')
    const theirs = `${input}.${sign(null, Buffer.from(input), pair.privateKey).toString('base64url')}`
    assert.equal(ours(theirs, 'verify', alg, publicKey), text)
    refuses(theirs.replace('.', '.AAAA'), 'verify', alg, publicKey)
  })

for (const alg of wrapping)
  for (const enc of contents)
    for (const crv of curves(alg))
      test(`npm jose: ${alg} ${enc} ${crv}`, async () => {
        const key = await encryptionKey(alg, enc, crv)
        const token = ours(text, 'encrypt', alg, enc, JSON.stringify(key.public))
        const opened = await jose.compactDecrypt(token, await jose.importJWK(key.private, alg === 'dir' ? enc : alg))
        assert.equal(new TextDecoder().decode(opened.plaintext), text)
        const theirs = await new jose.CompactEncrypt(new TextEncoder().encode(text))
          .setProtectedHeader({ alg, enc })
          .encrypt(await jose.importJWK(key.public, alg === 'dir' ? enc : alg))
        assert.equal(ours(theirs, 'decrypt', alg, enc, JSON.stringify(key.private)), text)
        refuses(theirs.replace('..', '.AAAA.'), 'decrypt', alg, enc, JSON.stringify(secret(16)))
      })

// The jose command has neither EdDSA under any name, nor RSA-OAEP, nor X25519.
const command = process.env.JOSE ?? '/usr/bin/jose'
const lacks = new Set(['EdDSA', 'Ed25519', 'Ed448', 'RSA-OAEP', 'RSA-OAEP-256'])
assert.ok(existsSync(command), 'install the Debian package jose (scripts/packages.sh)')
const known = new Set(run(command, ['alg']).trim().split(/\s+/))

test('the jose command lacks only what is named here', () => {
  assert.deepEqual([...signing, ...wrapping, ...contents].filter((name) => !known.has(name)), [...lacks])
})

const withFiles = (files, use) => {
  const folder = mkdtempSync(join(tmpdir(), 'hitkey-jose-'))
  try {
    const path = (name) => join(folder, name)
    for (const [name, content] of Object.entries(files)) writeFileSync(path(name), content)
    return use(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

for (const alg of signing.filter((name) => known.has(name)))
  test(`jose command: ${alg}`, async () => {
    const key = await signingKey(alg)
    const token = ours(text, 'sign', alg, JSON.stringify(key.private))
    withFiles({ key: JSON.stringify({ ...key.private, alg }), token, text }, (path) => {
      assert.equal(run(command, ['jws', 'ver', '-i', path('token'), '-k', path('key'), '-O-']), text)
      const theirs = run(command, ['jws', 'sig', '-I', path('text'), '-k', path('key'), '-c'])
      assert.equal(ours(theirs.trim(), 'verify', alg, JSON.stringify(key.public)), text)
    })
  })

for (const alg of wrapping.filter((name) => known.has(name)))
  for (const enc of contents)
    for (const crv of curves(alg).filter((name) => name !== 'X25519'))
      test(`jose command: ${alg} ${enc} ${crv}`, async () => {
        const key = await encryptionKey(alg, enc, crv)
        const token = ours(text, 'encrypt', alg, enc, JSON.stringify(key.public))
        const header = JSON.stringify({ protected: { alg, enc } })
        const named = (jwk) => JSON.stringify(alg === 'dir' ? { ...jwk, alg: enc } : jwk)
        withFiles({ key: named(key.private), public: named(key.public), token, text }, (path) => {
          assert.equal(run(command, ['jwe', 'dec', '-i', path('token'), '-k', path('key'), '-O-']), text)
          const theirs = run(command, ['jwe', 'enc', '-i', header, '-I', path('text'), '-k', path('public'), '-c'])
          assert.equal(ours(theirs.trim(), 'decrypt', alg, enc, JSON.stringify(key.private)), text)
        })
      })
