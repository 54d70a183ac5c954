// What an exchange looked like, without what differs from one run to the next: ids, times, tokens, codes.
const changing = [
  [/http(:\/\/|%3A%2F%2F)localhost(:|%3A)\d+/g, "<issuer>"],
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>"],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/g, "<time>"],
  [/\\u003csvg.*svg\\u003e/g, "<svg>"],
  [/[\w.-]{32,}/g, "<token>"],
  [/"recovery_codes":\[[^\]]*\]/g, "<recovery codes>"],
  [/"[a-z_]*(_at|iat|exp)":\d+/g, "<seconds>"],
  [/(state|code|token)=[\w.%-]+/g, "$1=<value>"],
];

// Beside these every header must be the same; of these, whether it is there. A proxy says that it is one.
const own = new Set(["date", "content-length", "x-request-id", "retry-after", "etag", "set-cookie", "location"]);

const plain = (text) => changing.reduce((now, [what, name]) => now.replace(what, name), text);

// Lines that two runs have in common.
export function seen({ method, path, status, headers, text }) {
  const named = Object.entries(headers).filter(([name]) => name !== "via").map(([name, value]) => (own.has(name) ? name : `${name}: ${plain(String(value))}`));
  const ofItself = /^\/(health|metrics|swagger\.json)/.test(path) || !/^application\/json/.test(headers["content-type"]);
  return [`${method} ${plain(path)}: ${status}`, ...named.sort(), ofItself ? "" : plain(text)].join("\n");
}
