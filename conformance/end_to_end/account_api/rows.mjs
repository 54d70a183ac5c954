// The rows of docs/api.md: every call it promises, and the codes of its errors.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const api = readFileSync(new URL("../../../docs/api.md", import.meta.url), "utf8");
const head = ["call", "who", "request", "success", "errors"];

// A cell ends at a bar, but not within backticks.
const cells = (line) => line.match(/(?:`[^`]*`|[^|`])+/g).map((cell) => cell.trim()).filter(Boolean);

// Codes of the account API are capitals; those of OAuth are words that an RFC defines, or sentences.
const codesOf = (cell) =>
  [...cell.matchAll(/`([A-Z][A-Z0-9_]{3,}|invalid_[a-z_]+|login_required|Invalid [a-z_ ]+|redirect_uri doesn't match)`/g)].map(([, code]) => code);

// The lines of the tables that have calls in them.
function* tableRows() {
  let calls = false;
  for (const line of api.split("\n")) {
    const columns = line.startsWith("|") ? cells(line) : [];
    if (columns[0] === "call") {
      assert.deepEqual(columns, head, "a table of calls has these columns");
      calls = true;
    } else if (!columns.length) calls = false;
    else if (calls && !columns[0].startsWith("---")) yield columns;
  }
}

// [{call: "POST /auth/login", codes: ["INVALID_CREDENTIALS", …]}]; rows of one call are one.
export function documentedRows() {
  const rows = new Map();
  for (const columns of tableRows()) {
    assert.equal(columns.length, head.length, `${columns[0]} has a cell too few or too many`);
    const [, methods, path] = /^`([A-Z|]+) (\/[^`]*)`/.exec(columns[0]) ?? assert.fail(`${columns[0]} is no call`);
    for (const method of methods.split("|")) {
      const name = `${method} ${path.replace(/(.)\/$/, "$1")}`;
      rows.set(name, new Set([...(rows.get(name) ?? []), ...codesOf(columns.at(-1))]));
    }
  }
  return [...rows].map(([name, codes]) => ({ call: name, codes: [...codes] }));
}

// The same of an OpenAPI document: what it says that may be answered with a code of the account API.
export function operationRows(document) {
  const codes = (schema, found) => {
    if (typeof schema !== "object" || schema === null) return found;
    for (const code of schema.properties?.code?.enum ?? []) found.add(code);
    for (const part of Object.values(schema)) codes(part, found);
    return found;
  };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => ({
      call: `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`,
      codes: [...codes(Object.entries(responses).filter(([status]) => status >= "400").map(([, answer]) => answer.content), new Set())].filter((code) => /^[A-Z]/.test(code)),
    })));
}
