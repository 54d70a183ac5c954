// Serves a provider for every fault, each below a path with the fault's name:
// https://localhost:PORT/wrong-iss, and https://localhost:PORT/honest for none. What follows a dot
// (honest.2) makes it another provider, with keys and clients of its own.
//
//   PORT=19600 CERT=FILE KEY=FILE CA=FILE node conformance/saboteurs/server.mjs
import { readFileSync } from "node:fs";
import { createServer, get, request as open } from "node:https";
import { fileURLToPath } from "node:url";
import { faults } from "./faults.mjs";
import { newKey } from "./jose.mjs";
import { Provider } from "./provider.mjs";

// `ca` is the authority of what the provider fetches from the runner.
const fetcher = (ca) => (url) =>
  new Promise((resolve, reject) => {
    get(url.split("#")[0], { ca }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      const refused = () => reject(new Error(`${url} answers ${response.statusCode}`));
      response.on("end", () => (response.statusCode === 200 ? resolve(text) : refused()));
    }).on("error", reject);
  });

// Waits for the answer, whatever it is.
const sender = (ca) => ({ url, method, headers, body, maxVersion }) =>
  new Promise((resolve, reject) => {
    const answered = (response) => response.resume().on("end", resolve);
    open(url, { ca, method, headers, maxVersion }, answered).on("error", reject).end(body);
  });

async function read(incoming) {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const { pathname, searchParams } = new URL(incoming.url, "https://localhost");
  const [, name, path] = /^\/([^/]*)(.*)$/.exec(pathname);
  const form = /^application\/x-www-form-urlencoded/.test(incoming.headers["content-type"] ?? "") ? body : "";
  const parameters = Object.fromEntries([...searchParams, ...new URLSearchParams(form)]);
  return { name, request: { method: incoming.method, path, headers: incoming.headers, parameters, body } };
}

// An https server that listens at the loopback address; `problems` gets what went wrong in it.
export function serve({ port, cert, key, ca, problems = console.error }) {
  const keys = [newKey("RS256"), newKey("ES256")];
  const providers = new Map();
  const providerOf = (name) => {
    const [fault] = name.split(".");
    if (fault !== "honest" && !(fault in faults)) return undefined;
    if (!providers.has(name)) {
      const issuer = `https://localhost:${server.address().port}/${name}`;
      providers.set(name, new Provider({ issuer, fault: faults[fault], keys, fetchText: fetcher(ca), send: sender(ca) }));
    }
    return providers.get(name);
  };
  const server = createServer({ cert, key }, async (incoming, outgoing) => {
    try {
      const { name, request } = await read(incoming);
      const answer = (await providerOf(name)?.answer(request)) ?? { status: 404, headers: {}, body: "" };
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    } catch (error) {
      problems(incoming.url, error);
      outgoing.writeHead(500).end();
    }
  });
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(server)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { PORT, CERT, KEY, CA } = process.env;
  await serve({ port: Number(PORT), cert: readFileSync(CERT), key: readFileSync(KEY), ca: readFileSync(CA) });
  console.log("ready");
}
