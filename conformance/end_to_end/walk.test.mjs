// HitKey's documented walk with curl, against the real server.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { Server } from "./server.mjs";

test("the documented curl walk works verbatim with the base URL changed", async () => {
  const server = await Server.start();
  try {
    await server.register("walker@example.com", "a quiet river in may");
    execFileSync(fileURLToPath(new URL("../../docs/walk.sh", import.meta.url)),
      [server.issuer, "walker@example.com", "a quiet river in may"], { stdio: "inherit" });
  } finally {
    await server.stop();
  }
});
