// The documented operations as something to walk: who they are for, where they lead, what they take.
import assert from "node:assert/strict";

// [{method, path: "/projects/{slug}", schema: of its JSON body or undefined, callers: ["apiBearer"]}]
export function operationsOf(document) {
  const resolved = (schema) => (schema?.$ref ? document.components.schemas[schema.$ref.split("/").at(-1)] : schema);
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(), path, operation,
      name: `${method.toUpperCase()} ${path}`,
      schema: resolved(operation.requestBody?.content?.["application/json"]?.schema),
      callers: operation.security.flatMap((way) => (Object.keys(way).length ? Object.keys(way) : ["nobody"])),
    })));
}

// "/projects/{slug}/members/{id}" with values: a function of the parameter's name and of what stands before it.
export const filled = (path, value) =>
  path.replace(/([^/]*)\/\{(\w+)\}/g, (_, before, name) => `${before}/${encodeURIComponent(value(name, before))}`);

const words = { code: "123456", redirect_uri: "https://app.example/cb", redirect_url: "https://app.example/cb", key: "docs.read", username: "somebody_1" };

function example(name, schema) {
  if (schema.enum) return schema.enum[0];
  const type = [schema.type].flat()[0];
  if (type === "boolean") return true;
  if (type === "array") return [];
  if (type === "object") return {};
  if (schema.format === "email") return "somebody@example.com";
  if (schema.format === "uri") return "https://app.example/cb";
  if (type === "string") return words[name] ?? "something of eight";
  return assert.fail(`no example for ${name}: ${JSON.stringify(schema)}`);
}

// A body with all that must be there, or undefined where none belongs.
export function body(schema, more = {}) {
  if (!schema) return undefined;
  const { required, properties } = schema;
  const names = required?.length ? required : properties.redirect_uri ? ["name", "redirect_uri"] : Object.keys(properties).slice(0, 1);
  return { ...Object.fromEntries(names.map((name) => [name, example(name, properties[name])])), ...more };
}
