// The document of /swagger.json by itself: its examples are valid by its own schemas, and its schemas can
// fail. That the server answers as it says is what account_api.test.mjs and the tests beside it look at.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Recorder } from "./openapi.mjs";
import { Server } from "./server.mjs";

const reference = (name) => ({ $ref: `#/components/schemas/${name}` });

// Every object below `value` that has the member `name`: [path, object].
function* holders(value, name, path = "") {
  if (value === null || typeof value !== "object") return;
  if (Object.hasOwn(value, name)) yield [path, value];
  for (const [key, inner] of Object.entries(value)) yield* holders(inner, name, `${path}/${key}`);
}

let server;
let book;
before(async () => {
  server = await Server.start();
  book = await Recorder.open(server);
});
after(() => server.stop());

describe("examples", () => {
  test("of each schema are valid by it", () => {
    let tried = 0;
    for (const [path, schema] of holders(book.document, "examples")) {
      if (!Array.isArray(schema.examples)) continue;
      for (const example of schema.examples) assert.equal(book.validate(schema, example), undefined, `${path}: ${JSON.stringify(example)}`);
      tried++;
    }
    assert.ok(tried > 60, `${tried} were tried`);
  });

  test("of each error are valid by the schema beside them, and each code has one", () => {
    let tried = 0;
    for (const [path, media] of holders(book.document.paths, "examples")) {
      if (Array.isArray(media.examples)) continue;
      const codes = new Set(Object.values(media.examples).map(({ value }) => value.code ?? value.error));
      for (const [name, { value }] of Object.entries(media.examples)) assert.equal(book.validate(media.schema, value), undefined, `${path} ${name}`);
      for (const [, words] of holders(media.schema, "enum")) for (const code of words.enum) assert.ok(codes.has(code), `${path}: ${code} has no example`);
      tried += codes.size;
    }
    assert.ok(tried > 300, `${tried} were tried`);
  });

  test("are there for each answer and each body", () => {
    const named = (schema) => (schema.$ref ? book.document.components.schemas[schema.$ref.split("/").at(-1)] : (schema.items?.$ref && named(schema.items)) || schema);
    for (const [path, methods] of Object.entries(book.document.paths))
      for (const [method, { requestBody, responses }] of Object.entries(methods)) {
        const contents = [requestBody, ...Object.values(responses)].flatMap((each) => Object.entries(each?.content ?? {}));
        for (const [type, content] of contents) {
          if (type !== "application/json" || content.examples) continue;
          const schema = named(content.schema);
          const all = schema.examples ?? Object.values(schema.properties ?? {}).every((property) => property.examples);
          assert.ok(all, `${method} ${path} has a schema without an example`);
        }
      }
  });
});

// What is wrong with a good answer: a member too many, at any depth that is closed, and each that must be there gone.
function* faults(schemas, schema, example) {
  const whole = schema.$ref ? schemas[schema.$ref.split("/").at(-1)] : schema;
  const parts = [whole, ...(whole.allOf ?? []).map((part) => (part.$ref ? schemas[part.$ref.split("/").at(-1)] : part))];
  for (const name of parts.flatMap((part) => part.required ?? [])) {
    const { [name]: gone, ...rest } = example;
    yield [`without ${name}`, rest];
    yield [`${name} of another type`, { ...example, [name]: typeof gone === "object" && gone !== null ? "text" : { a: 1 } }];
  }
  yield ["with one more", { ...example, somethingElse: 1 }];
}

test("an answer with a member missing, of another type, or too many is seen, in every schema of an answer", () => {
  const { schemas } = book.document.components;
  const open = new Set(["ClientMetadata", "ClientRequest", "TokenRequest"]); // of requests: what is not known is passed over
  let tried = 0;
  for (const [name, schema] of Object.entries(schemas)) {
    if (open.has(name) || !schema.examples) continue;
    for (const example of schema.examples)
      for (const [what, wrong] of faults(schemas, schema, example)) {
        assert.notEqual(book.validate(reference(name), wrong), undefined, `${name} ${what} is taken`);
        tried++;
      }
  }
  assert.ok(tried > 150, `${tried} were tried`);
});
