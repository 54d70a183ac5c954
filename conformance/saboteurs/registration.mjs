// Dynamic registration (OIDC Registration 1.0) and its management (RFC 7592).
import { json } from "./answers.mjs";
import { random } from "./jose.mjs";

async function sectorIsGood(op, client) {
  if (!op.bend("sector_identifier_uri is fetched", client.sector_identifier_uri)) return true;
  const uris = JSON.parse(await op.fetchText(client.sector_identifier_uri));
  return op.bend("redirect URIs are in the sector", client.redirect_uris.every((uri) => uris.includes(uri)));
}

/* The error's code, or nothing. */
async function problemOf(op, client) {
  if (client.redirect_uris.some((uri) => uri.includes("#"))) return "invalid_redirect_uri";
  const initiate = client.initiate_login_uri;
  if (initiate && !initiate.startsWith("https:")) return "invalid_client_metadata";
  return (await sectorIsGood(op, client)) ? undefined : "invalid_client_metadata";
}

async function register(op, { body }) {
  const client = { ...JSON.parse(body), client_id: random(12) };
  const error = op.bend("registration error", await problemOf(op, client), { client });
  if (error) return json(400, { error });
  const secret = client.token_endpoint_auth_method.startsWith("client_secret_");
  if (secret) Object.assign(client, { client_secret: random(), client_secret_expires_at: 0 });
  client.registration_access_token = random();
  client.registration_client_uri = `${op.url("/client")}?client_id=${client.client_id}`;
  op.clients.set(client.client_id, client);
  return json(201, op.bend("registration", client));
}

function manage(answer) {
  return (op, { parameters, headers }) => {
    const client = op.clients.get(parameters.client_id);
    const good = client && headers.authorization === `Bearer ${client.registration_access_token}`;
    return good ? answer(op, client) : json(401, { error: "invalid_token" });
  };
}

function remove(op, client) {
  op.clients.delete(client.client_id);
  return json(204);
}

export const registration = {
  "POST /register": register,
  "GET /client": manage((op, client) => json(200, op.bend("registration as read", client))),
  "DELETE /client": manage(remove),
};
