// The first of the two commands: it may be run again and again, with other ports too.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./server.mjs";

const command = fileURLToPath(new URL("../../scripts/run", import.meta.url));
const data = mkdtempSync(join(tmpdir(), "hitkey-run-"));
after(() => rmSync(data, { recursive: true, force: true }));

const run = (port, partner, args = ["--once"]) => spawnSync(command, args, {
  encoding: "utf8", timeout: 280000,
  env: { ...process.env, DEMO_PORT: String(port), PARTNER_PORT: String(partner), DEMO_DATA: data },
});
const client = (stdout) => /^Client: +(\S+)$/m.exec(stdout)?.[1];

test("scripts/run --once signs in, says where to click and ends with 0, again with another partner's port", async () => {
  const port = await freePort();
  const partner = await freePort();
  const clients = [];
  for (const at of [partner, partner, await freePort()]) {
    const { status, stdout, stderr } = run(port, at);
    assert.equal(status, 0, stdout + stderr);
    assert.equal(stderr, "");
    for (const line of [`^Issuer: +http://localhost:${port}$`, "^ID token \\(verified with libjwt\\): \\{$", "^Userinfo: \\{$", "^Client: +\\S+$",
      `^Open: +http://localhost:${at}  and click`, "^Person: +demo@example\\.com / ", "^Log: +\\S+/authz\\.log"]) {
      assert.match(stdout, new RegExp(line, "m"));
    }
    clients.push(client(stdout));
  }
  assert.equal(clients[0], clients[1], "the client is made once");
  assert.notEqual(clients[0], clients[2], "another redirect URI is another client");
});

test("scripts/run refuses what it does not know with 2", () => {
  assert.equal(run(1, 2, ["--twice"]).status, 2);
});
