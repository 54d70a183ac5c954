// The partner's side: a page that only receives the answer.
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { makeCertificate } from "./server.mjs";

export function startPartner(folder) {
  const { cert, key } = makeCertificate(folder, "partner");
  return new Promise((resolve) => {
    const http = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", () => {
        // Browsers also ask for /favicon.ico, whenever they like.
        if (request.url.startsWith("/cb")) http.last = { method: request.method, body };
        const onward = new URL(request.url, http.origin).searchParams.get("to");
        if (onward) return response.writeHead(303, { location: onward }).end();
        response.setHeader("content-type", "text/html");
        response.end("<!doctype html><title>partner</title><p>Back at the partner");
      });
    });
    http.listen(0, "127.0.0.1", () => {
      http.origin = `https://127.0.0.1:${http.address().port}`;
      resolve(http);
    });
  });
}
