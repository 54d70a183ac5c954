// hitkey-conformance as a program, and what its report says of the modules.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const runner = join(process.env.E2E_BIN, "conformance/hitkey-conformance");

// A folder of reports that goes with its maker.
export class Reports {
  constructor(name) {
    this.dir = mkdtempSync(join(tmpdir(), `hitkey-${name}-`));
    this.count = 0;
  }

  remove() {
    rmSync(this.dir, { recursive: true });
  }

  // The modules of one run, whatever became of them; any other end of the program fails.
  async modules(args, env = {}) {
    const report = join(this.dir, `report-${++this.count}`);
    const program = spawn(runner, [...args, "--report", report, "--quiet"], {
      stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env },
    });
    let output = "";
    for (const stream of [program.stdout, program.stderr]) stream.on("data", (chunk) => (output += chunk));
    const status = await new Promise((resolve) => program.on("close", resolve));
    assert.ok(status === 0 || status === 1, output);
    return JSON.parse(readFileSync(join(report, "report.json"), "utf8")).modules;
  }
}

export const firstBroken = ({ conditions }) => conditions.find(({ ok }) => !ok)?.name;
