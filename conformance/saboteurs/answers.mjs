// What the endpoints answer: an object with status, headers and body.
export const json = (status, body) => ({
  status,
  headers: { "content-type": "application/json", "cache-control": "no-store" },
  body: body === undefined ? "" : JSON.stringify(body),
});
export const html = (status, body) => ({
  status,
  headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
  body: `<!doctype html><title>Sign-in</title>${body}`,
});

// An answer that ends a request from where it is thrown.
export class Refusal extends Error {
  constructor(answer) {
    super(answer.body);
    this.answer = answer;
  }
}

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
export const escape = (text) => String(text ?? "").replace(/[&<>"]/g, (c) => escapes[c]);
export const errorPage = (message) => html(400, `<h1>This request is refused</h1><p>${escape(message)}</p>`);
