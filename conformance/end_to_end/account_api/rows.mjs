// The rows of docs/api.md: every call it promises, and the codes of its errors.
import { readFileSync } from "node:fs";

const api = readFileSync(new URL("../../../docs/api.md", import.meta.url), "utf8");
const call = /^\| `((?:GET|POST|PUT|PATCH|DELETE)(?:\|[A-Z]+)*) (\/[^`]*)`/;

// A cell ends at a bar, but not within backticks.
const cells = (line) => line.match(/(?:`[^`]*`|[^|`])+/g).map((cell) => cell.trim()).filter(Boolean);

// Codes of the account API are capitals; those of OAuth are words that an RFC defines.
const codesOf = (cell) => [...cell.matchAll(/`([A-Z][A-Z0-9_]{3,}|invalid_[a-z_]+|login_required)`/g)].map(([, code]) => code);

// [{call: "POST /auth/login", codes: ["INVALID_CREDENTIALS", …]}]; rows of one call are one.
export function documentedRows() {
  const rows = new Map();
  for (const line of api.split("\n")) {
    const found = call.exec(line);
    const columns = found && cells(line);
    if (!found || columns.length < 4) continue;
    for (const method of found[1].split("|")) {
      const name = `${method} ${found[2].replace(/(.)\/$/, "$1")}`;
      rows.set(name, new Set([...(rows.get(name) ?? []), ...codesOf(columns.at(-1))]));
    }
  }
  return [...rows].map(([name, codes]) => ({ call: name, codes: [...codes] }));
}
