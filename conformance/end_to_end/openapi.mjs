// What a server says of itself at /swagger.json, and whether its answers are so.
//
//     const book = await Recorder.open(server);
//     const answer = await book.call("POST", "/auth/login", { body: {…} });    {status, headers, text, json}
//     book.headers       go along with every call
//     book.exchanges     all of them: {method, path, status, headers, text}
//     book.problems      each answer that is not as documented: [] when all is well
//     book.missing()     documented operations that were not answered with a success yet
//
// An answer must be one of the documented statuses of its operation, of a documented media type, and
// its JSON must be valid by the schema (2020-12), which is closed where the contract is. A request
// that was answered with a success must be valid by the schema of its body.
import Ajv from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { send } from "./wire.mjs";

const mediaType = (headers) => (headers["content-type"] ?? "").split(";")[0].trim();

// "/projects/{slug}" as something to match paths with; the more literal one goes first.
function pathPattern(template) {
  const source = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^}]+\}/g, "[^/]+");
  return { template, pattern: new RegExp(`^${source}/?$`), parameters: (template.match(/\{/g) ?? []).length };
}

export class Recorder {
  static async open(server) {
    const answer = await send(server.issuer, "GET", "/swagger.json");
    return new Recorder(server.issuer, JSON.parse(answer.text));
  }

  constructor(base, document) {
    Object.assign(this, { base, document, exchanges: [], problems: [], answered: new Set(), headers: {} });
    this.ajv = new Ajv({ strict: true, strictRequired: false, strictTypes: false, allErrors: true, validateFormats: true });
    formats(this.ajv);
    this.ajv.addVocabulary(["components"]);
    this.ajv.addSchema({ $id: "document", components: document.components }, "document");
    this.compiled = new Map();
    this.paths = Object.keys(document.paths).map(pathPattern).sort((a, b) => a.parameters - b.parameters);
  }

  // The documented operation of a call: {id, operation}, or undefined.
  find(method, path) {
    const bare = path.split("?")[0];
    const found = this.paths.find(({ template, pattern }) => pattern.test(bare) && this.document.paths[template][method.toLowerCase()]);
    if (!found) return undefined;
    const operation = this.document.paths[found.template][method.toLowerCase()];
    return { id: operation.operationId, operation };
  }

  validate(schema, value) {
    const key = JSON.stringify(schema);
    if (!this.compiled.has(key)) {
      this.compiled.set(key, this.ajv.compile(JSON.parse(key.replaceAll('"#/components/', '"document#/components/'))));
    }
    const check = this.compiled.get(key);
    return check(value) ? undefined : this.ajv.errorsText(check.errors);
  }

  // Why an exchange is not as documented; undefined if it is.
  judge({ method, path, body, type = "application/json" }, answer) {
    const found = this.find(method, path);
    if (!found) return `${method} ${path} is not documented`;
    const { operation } = found;
    const documented = operation.responses[String(answer.status)];
    if (!documented) return `the status ${answer.status} is not documented`;
    const media = mediaType(answer.headers);
    const content = documented.content?.[media];
    if (answer.text && !content) return `${media || "a body without a type"} is not documented for ${answer.status}`;
    if (answer.text && media === "application/json") {
      const problem = this.validate(content.schema, JSON.parse(answer.text));
      if (problem) return `the answer is not valid: ${problem}: ${answer.text.slice(0, 300)}`;
    }
    if (answer.status < 300 && body !== undefined && typeof body === "object") {
      const schema = operation.requestBody?.content?.[type]?.schema;
      if (!schema) return `a body of ${type} is not documented`;
      const problem = this.validate(schema, body);
      if (problem) return `the request was taken, but is not valid: ${problem}`;
    }
    if ([429, 503].includes(answer.status) && !/^\d+$/.test(answer.headers["retry-after"] ?? "")) return "Retry-After is missing";
    return undefined;
  }

  record(request, answer) {
    this.exchanges.push({ ...answer, method: request.method, path: request.path });
    const problem = this.judge(request, answer);
    if (problem) this.problems.push(`${request.method} ${request.path}: ${problem}`);
    const found = this.find(request.method, request.path);
    if (found && answer.status < 400) this.answered.add(found.id);
  }

  // A call with a JSON body (a text or bytes go as they are) or `form`, recorded.
  async call(method, path, { body, form, token, headers = {} } = {}) {
    const type = form ? "application/x-www-form-urlencoded" : "application/json";
    const all = { ...(body === undefined ? {} : { "content-type": "application/json" }), ...this.headers, ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const text = body === undefined || typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const answer = await send(this.base, method, path, { headers: all, form, body: text });
    this.record({ method, path, body: form ?? body, type }, answer);
    return { ...answer, json: mediaType(answer.headers) === "application/json" && answer.text ? JSON.parse(answer.text) : undefined };
  }

  operations() {
    return Object.values(this.document.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
  }

  missing() {
    return this.operations().filter((id) => !this.answered.has(id));
  }
}
