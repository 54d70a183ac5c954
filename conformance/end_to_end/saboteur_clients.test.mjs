// The runner's other half against a relying party that is honest, or has one fault
// (../saboteur_clients): every module of rp_modules.def passes with the first and catches its faults.
// Those of FAPI are tried by fapi_saboteurs.test.mjs.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { faults } from "../saboteur_clients/faults.mjs";
import { saboteurs, unreachable } from "../saboteur_clients/saboteurs.mjs";
import { firstBroken, Reports, runner } from "./runner.mjs";

const client = fileURLToPath(new URL("../saboteur_clients/client.mjs", import.meta.url));
const source = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const reports = new Reports("saboteur-clients");

after(() => reports.remove());

// The modules of the runner's report about the relying party with this fault.
const run = (fault, ...options) =>
  reports.modules(["rp", "--rp", `exec '${process.execPath}' '${client}'`, "--fast", ...options], { SABOTEUR: fault });

const rule = /\bmust\(\s*(?:header\.\w+(?: === "none")? \? "([^"]+)" : )?"([^"]+)"/g;
const rules = readdirSync(new URL("../saboteur_clients", import.meta.url)).filter((file) => file.endsWith(".mjs"))
  .flatMap((file) => [...source(`saboteur_clients/${file}`).matchAll(rule)].flatMap(([, one, other]) => [one, other]))
  .filter(Boolean);

describe("an honest relying party passes", { concurrency: 2 }, () => {
  for (const [, plan] of source("rp/rp_plans.def").matchAll(/^RP_PLAN\("(oidcc-[^"]+)"/gm)) {
    it(plan, async () => {
      const bad = (await run("", "--plan", plan)).filter(({ result }) => result !== "PASSED");
      assert.deepEqual(bad.map(({ module, result, reason }) => `${module} ${result} ${reason}`), []);
    });
  }
});

describe("an honest relying party passes in every variant", { concurrency: 2 }, () => {
  const values = {
    "--client-auth": ["none", "client_secret_post", "client_secret_jwt", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"],
    "--id-token-alg": ["PS256", "ES256", "EdDSA", "HS256"],
    "--request-type": ["request_object", "request_uri"],
    "--registration": ["dynamic"],
  };
  for (const [option, list] of Object.entries(values)) {
    for (const value of list) {
      it(`${option} ${value}`, async () => {
        const alg = option === "--request-type" ? ["--request-object-alg", "ES256"] : [];
        const [{ result, reason }] = await run("", "--plan", "oidcc-client-test-plan", "--response-type", "code id_token token",
          "--module", "oidcc-client-test", option, value, ...alg);
        assert.equal(result, "PASSED", reason);
      });
    }
  }
});

it("a value that an option cannot have is told", async () => {
  const program = spawn(runner, ["rp", "--rp", "true", "--registration", "later"], { stdio: ["ignore", "ignore", "pipe"] });
  let told = "";
  program.stderr.on("data", (chunk) => (told += chunk));
  assert.equal(await new Promise((resolve) => program.on("close", resolve)), 2);
  assert.match(told, /--registration must be one of static\|dynamic/);
});

describe("a fault is caught", { concurrency: 2 }, () => {
  for (const { module, plan, type, options = [], fault, result, condition, reason } of saboteurs) {
    it(`${fault} by ${module} (${type})`, async () => {
      assert.ok(fault in faults || rules.includes(fault), `there is no fault ${fault}`);
      const [found, ...more] = await run(fault, "--plan", plan, "--response-type", type, "--module", module, ...options);
      assert.deepEqual(more, []);
      assert.equal(found.result, result, found.reason || "nothing was found");
      assert.equal(firstBroken(found), condition);
      if (reason) assert.match(found.reason, new RegExp(reason));
    });
  }
});

it("logout tokens reach one that has an ID token alone", async () => {
  const modules = await run("", "--plan", "oidcc-client-back-channel-logout-rp-implicit", "--response-type", "id_token");
  assert.deepEqual(modules.filter(({ result }) => result !== "PASSED"), []);
});

it("a command that ends with 77 cannot do a variant, which is SKIPPED with its words", async () => {
  const [{ result, reason }] = await reports.modules(["rp", "--rp", "echo no such thing here >&2; exit 77",
    "--plan", "oidcc-client-basic", "--module", "oidcc-client-test"]);
  assert.equal(result, "SKIPPED");
  assert.match(reason, /no such thing here/);
});

describe("the table is complete", () => {
  it("every module has a saboteur", () => {
    const modules = [...source("rp/rp_modules.def").matchAll(/^RP_MODULE\("(oidcc-[^"]+)"/gm)].map(([, name]) => name);
    assert.ok(modules.length > 20);
    assert.deepEqual([...new Set(saboteurs.map(({ module }) => module))].sort(), modules.sort());
  });

  it("every condition has one", () => {
    const ofFapi = /^(module_)?(dpop|fapi|jarm|pushed_request|resource|sender)\.c$/;
    const patterns = [
      /\bcheck(?:_same)?\(\s*[\w>-]*run,\s*(?:FAILURE|WARNING),\s*"([^"]+)"/g,
      /\bmodule_failed\(\s*[\w>-]*run,\s*"([^"]+)"/g,
      /\bprovider_complain\(\s*provider,\s*"([^"]+)"/g,
      /\bexpect_nothing_at\(\s*sign_in,\s*"\w+",\s*"([^"]+)"/g,
      /\bexpect_before\(\s*party,\s*"([^"]+)"/g,
    ];
    const named = ["provider", "rp"].flatMap((folder) =>
      readdirSync(new URL(`../${folder}`, import.meta.url)).filter((name) => name.endsWith(".c") && !ofFapi.test(name)).flatMap((name) =>
        patterns.flatMap((pattern) => [...source(`${folder}/${name}`).matchAll(pattern)].map(([, word]) => word))));
    const known = new Set([...saboteurs.map(({ condition }) => condition), ...Object.keys(unreachable)]);
    assert.ok(named.length > 50);
    assert.deepEqual([...new Set(named)].filter((name) => !known.has(name)), []);
  });

  it("every fault has one", () => {
    const used = new Set(saboteurs.map(({ fault }) => fault));
    assert.deepEqual(Object.keys(faults).filter((name) => !used.has(name)), []);
  });
});
