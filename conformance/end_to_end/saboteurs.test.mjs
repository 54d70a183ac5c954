// The conformance runner against a provider that is honest, or has one fault (../saboteurs): every
// module of modules.def passes with the first and catches its faults.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { faults } from "../saboteurs/faults.mjs";
import { password, person } from "../saboteurs/person.mjs";
import { saboteurs, unreachable } from "../saboteurs/saboteurs.mjs";
import { serve } from "../saboteurs/server.mjs";
import { firstBroken, Reports } from "./runner.mjs";
import { makeCertificate } from "./server.mjs";

const source = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const reports = new Reports("saboteurs");
const { dir } = reports;
const problems = [];
let server, tls;

before(async () => {
  tls = makeCertificate(dir, "authority", "Conformance authority");
  writeFileSync(join(dir, "client.json"), JSON.stringify({ person: { email: person.email, password } }));
  const [cert, key] = [readFileSync(tls.cert), readFileSync(tls.key)];
  server = await serve({ port: 0, cert, key, ca: cert, problems: (url, error) => problems.push(`${url}: ${error.stack}`) });
});

after(() => {
  server.closeAllConnections();
  server.close();
  reports.remove();
});

// The modules of the runner's report against the provider with this fault, its waits cut short.
const run = (fault, ...options) => runFully(fault, "--fast", ...options);

const runFully = (fault, ...options) => {
  const issuer = `https://localhost:${server.address().port}/${fault}.${reports.count}`;
  return reports.modules(["op", "--issuer", issuer, "--client", join(dir, "client.json"),
    "--chromium", process.env.CHROMIUM ?? "/usr/bin/chromium",
    "--ca-file", tls.cert, "--ca", tls.cert, "--ca-key", tls.key,
    "--rotate-keys", `curl -fsS --cacert '${tls.cert}' -X POST ${issuer}/rotate`, ...options]);
};

describe("an honest provider passes", { concurrency: 6 }, () => {
  for (const [, plan, types] of source("engine/plans.def").matchAll(/^PLAN\("([^"]+)", "[^"]+",\s+LIST_\w+,\s+"([^"]+)"/gm)) {
    for (const type of types.split("|")) {
      it(`${plan} (${type})`, async () => {
        const modules = await run("honest", "--plan", plan, "--response-type", type);
        const bad = modules.filter(({ result }) => result !== "PASSED" && result !== "REVIEW");
        assert.deepEqual(bad.map(({ module, result, reason }) => `${module} ${result} ${reason}`), []);
      });
    }
  }
});

it("a page that a person must judge comes as a picture", async () => {
  const [{ result, shots }] = await runFully("honest", "--module", "oidcc-rp-initiated-logout-no-id-token-hint");
  assert.equal(result, "REVIEW");
  assert.equal(shots.length, 1);
  const png = Buffer.from(shots[0].png, "base64");
  assert.equal(png.subarray(1, 4).toString(), "PNG");
  assert.ok(png.readUInt32BE(16) >= 800, "its width");
});

describe("a fault is caught", { concurrency: 6 }, () => {
  for (const { module, plan, type, fault, result, condition } of saboteurs) {
    it(`${fault} by ${module} (${type})`, async () => {
      assert.ok(fault in faults, `faults.mjs has no ${fault}`);
      const [found, ...more] = await run(fault, "--plan", plan, "--response-type", type, "--module", module);
      assert.deepEqual(more, []);
      assert.equal(found.result, result, found.reason || "nothing was found");
      assert.equal(firstBroken(found), condition);
    });
  }
});

describe("the table is complete", () => {
  it("nothing went wrong in the provider itself", () => assert.deepEqual(problems, []));

  it("every module has a saboteur", () => {
    const modules = [...source("modules/modules.def").matchAll(/^MODULE\("([^"]+)"/gm)].map(([, name]) => name);
    assert.ok(modules.length > 50);
    assert.deepEqual([...new Set(saboteurs.map(({ module }) => module))].sort(), modules.sort());
  });

  it("every condition has one", () => {
    const files = ["checks", "modules"].flatMap((folder) =>
      readdirSync(new URL(`../${folder}`, import.meta.url)).filter((name) => name.endsWith(".c")).map((name) => `${folder}/${name}`));
    const named = [...files, "engine/client.c", "engine/flow.c"].flatMap((file) =>
      [...source(file).matchAll(/\b(?:check|check_same|module_failed)\(\s*run,[^";]*"([^"]+)"/g)].map(([, name]) => name));
    const known = new Set([...saboteurs.map(({ condition }) => condition), ...Object.keys(unreachable)]);
    assert.ok(named.length > 100);
    assert.deepEqual([...new Set(named)].filter((name) => !known.has(name)), []);
  });

  it("every fault has one", () => {
    const used = new Set(saboteurs.map(({ fault }) => fault));
    assert.deepEqual(Object.keys(faults).filter((name) => !used.has(name)), []);
  });
});
