// `hitkey-conformance rp` and the FAPI plans against a relying party that is honest, or has one fault
// (../saboteur_clients/fapi): every module passes with the first, and catches its faults.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, describe, it } from "node:test";
import { faults } from "../saboteur_clients/fapi/faults.mjs";
import { happyPath, plans, saboteurs, variants } from "../saboteur_clients/fapi/saboteurs.mjs";
import { firstBroken, Reports } from "./runner.mjs";

const path = (name) => new URL(`../${name}`, import.meta.url).pathname;
const source = (name) => readFileSync(path(name), "utf8");
const reports = new Reports("fapi");

after(() => reports.remove());

// The modules of a run in which each has the fault that `faults` has for it.
const run = (faultOf, ...options) => reports.modules([
  "rp", "--rp", `FAULTS='${JSON.stringify(faultOf)}' exec ${process.execPath} ${path("saboteur_clients/fapi/party.mjs")}`, ...options,
]);

describe("an honest relying party passes", () => {
  for (const plan of plans) {
    for (const options of variants) {
      // The whole plan once; in the other variants, what differs there.
      const some = options.length ? ["--module", happyPath] : [];
      it(`${plan} ${options.join(" ")}`, async () => {
        const modules = await run({}, "--plan", plan, "--jobs", "4", ...options, ...some);
        assert.ok(modules.length > (options.length ? 0 : 20));
        const bad = modules.filter(({ result }) => result !== "PASSED");
        assert.deepEqual(bad.map(({ module, result, reason }) => `${module} ${result} ${reason}`), []);
      });
    }
  }
});

// The first fault of each module is caught in one run of its plan, the others in runs of their own.
const first = new Map(plans.map((plan) => [plan, new Map()]));
for (const row of saboteurs) {
  const taken = first.get(row.plan);
  if (!row.options.length && !taken.has(row.module)) taken.set(row.module, row);
}
const together = new Map();
function runTogether(plan) {
  const faultOf = Object.fromEntries([...first.get(plan).values()].map(({ module, fault }) => [module, fault]));
  if (!together.has(plan)) together.set(plan, run(faultOf, "--plan", plan, "--jobs", "4"));
  return together.get(plan);
}
async function caught(row) {
  const { module, plan, options, fault } = row;
  const modules = first.get(plan).get(module) === row
    ? await runTogether(plan)
    : await run({ [module]: fault }, "--plan", plan, "--module", module, ...options);
  return modules.find((one) => one.module === module);
}

describe("a fault is caught", { concurrency: 4 }, () => {
  for (const row of saboteurs) {
    it(`${row.fault} by ${row.module} ${row.options.join(" ")}`, async () => {
      assert.ok(row.fault in faults, `faults.mjs has no ${row.fault}`);
      const found = await caught(row);
      assert.equal(found.result, "FAILED", found.reason || "nothing was found");
      assert.equal(firstBroken(found), row.condition, found.reason);
    });
  }
});

describe("the table is complete", () => {
  it("every module has a saboteur", () => {
    const modules = [...source("rp/rp_modules.def").matchAll(/RP_MODULE\(\s*"(fapi2[^"]+)"/g)].map(([, name]) => name);
    assert.ok(modules.length > 30);
    assert.deepEqual([...new Set(saboteurs.map(({ module }) => module))].sort(), modules.sort());
  });

  it("every condition has one", () => {
    const files = ["rp/module_fapi.c", ...["dpop", "fapi", "jarm", "pushed_request", "resource", "sender"].map((name) => `provider/${name}.c`)];
    const named = files.flatMap((file) =>
      [...source(file).matchAll(/\b(?:check|provider_complain|refuse)\(\s*(?:party->run|run|provider),[^";]*"(the-[^"]+)"/g)].map(([, name]) => name));
    assert.ok(named.length > 8);
    const known = new Set(saboteurs.map(({ condition }) => condition));
    assert.deepEqual([...new Set(named)].filter((name) => !known.has(name)), ["the-resource-is-used"]);
  });

  it("every fault has one", () => {
    const used = new Set(saboteurs.map(({ fault }) => fault));
    assert.deepEqual(Object.keys(faults).filter((name) => !used.has(name)), []);
  });
});
