// rp/tests/grants: libhitkey-rp on the command line, in a process of its own.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

const program = join(process.env.E2E_BIN, "rp/tests/grants/rp_grants_tool");

// run(command, word...) gives what it answers; end() its exit code.
export function startTool(issuer, client, ...settings) {
  const child = spawn(program, [issuer, client, ...settings], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(...command) {
      child.stdin.write(`${command.map((word) => word ?? "-").join("|")}\n`);
      const [code, oauth, ...rest] = (await lines.next()).value.split(" ");
      return { code, oauth, text: rest.join(" ") };
    },
    end: () => new Promise((resolve) => {
      child.on("exit", resolve);
      child.stdin.end();
    }),
  };
}

// Runs the body with the tool, which must end well: no leak, no error of a sanitizer.
export async function usingTool(issuer, client, settings, body) {
  const tool = startTool(issuer, client, ...settings);
  try {
    await body(tool);
  } finally {
    assert.equal(await tool.end(), 0);
  }
}

// RFC 7591 and 7592 at a provider; `token`: the initial access token, where one is needed.
export async function managesRegistration(issuer, { token, settings = [] } = {}) {
  const found = {};
  await usingTool(issuer, "-", settings, async (tool) => {
    const does = async (...command) => {
      const answer = await tool.run(...command);
      assert.equal(answer.code, "HK_OK", answer.text);
      return JSON.parse(answer.text);
    };
    const metadata = { client_name: "Shop", redirect_uris: ["https://shop.example/callback"] };
    found.first = await does("register", JSON.stringify(metadata), token);
    assert.ok(found.first.registration_client_uri.startsWith(`${issuer}/`));
    const read = await does("registration");
    assert.deepEqual([read.client_id, read.client_name], [found.first.client_id, "Shop"]);
    found.second = await does("registration", JSON.stringify({ ...read, client_name: "Shop of Ada" }));
    assert.equal(found.second.client_name, "Shop of Ada");
    assert.equal((await does("registration")).client_name, "Shop of Ada", "with the token that came last");
    assert.equal((await tool.run("unregister")).code, "HK_OK");
    const gone = await tool.run("registration");
    assert.deepEqual([gone.code, gone.oauth], ["HK_E_OAUTH", "invalid_token"]);
  });
  return found;
}
