// What somebody may have: one of everything that a path can name, ada's, beside kim, who has none of it.
import assert from "node:assert/strict";

export const redirect_uri = "https://app.example/cb";
const nobody = "5b9d1b36-6a6a-4d3c-8f0e-1c2d3e4f5a6b";

// A project of ada's with one of everything in it.
async function projectOf(w, ada, bob, options) {
  const project = await w.project(ada, { name: "Secret Engine", ...options });
  const path = `/projects/${project.slug}`;
  const member = await w.member(project, ada, bob, "admin");
  const permission = await w.post(201, "", `${path}/permissions`, { key: "docs.read", display_name: "Documents" }, ada.token);
  const invite = await w.invite(project, ada, w.fresh("invited"));
  await w.post(201, "", `${path}/clients`, { name: "Secret App", redirect_uri }, ada.token);
  return { slug: project.slug, id: project.id, members: member.id, permissions: permission.id, invites: invite.id, token: invite.token };
}

async function accessToken(w, person, client) {
  const asking = new URLSearchParams({ client_id: client.client_id, redirect_uri, response_type: "code", scope: "openid email profile" });
  const { redirect_url } = await w.expect(200, "", "GET", `/oauth/authorize?${asking}`, { token: person.token });
  const code = new URL(redirect_url).searchParams.get("code");
  const { access_token } = await w.post(200, "", "/oauth/token", {
    grant_type: "authorization_code", code, redirect_uri, client_id: client.client_id, client_secret: client.client_secret,
  });
  return access_token;
}

// What ada has: {client_id, registration, sessions, emails, …}.
export async function things(w) {
  const [ada, bob, kim] = [await w.person("ada"), await w.person("bob"), await w.person("kim")];
  await w.expect(200, "", "PATCH", "/auth/profile", { token: ada.token, body: { displayName: "Countess Ada" } });
  const client = await w.post(201, "", "/oauth/clients", { name: "Secret App", redirect_uri }, ada.token);
  const registered = await w.post(201, "", "/oauth/register", { client_name: "Secret App", redirect_uris: [redirect_uri] });
  const [email] = await w.expect(200, "", "GET", "/auth/emails", { token: ada.token });
  const [session] = await w.expect(200, "", "GET", "/auth/sessions", { token: ada.token });
  const [old, out] = [await w.login(ada.email), await w.login(ada.email)];
  await w.post(200, "", "/auth/logout", undefined, out.token);
  w.sql(`UPDATE api_tokens SET expires_ms = 1 WHERE signed_in_ms = (SELECT max(signed_in_ms) FROM api_tokens WHERE user_id = '${ada.id}')`);
  await w.expect(401, "unauthorized", "GET", "/auth/me", { token: old.token });
  return {
    ada, kim, client, registered, email, session, old, out,
    hidden: await projectOf(w, ada, bob), open: await projectOf(w, ada, bob, { is_public: true }), kims: await projectOf(w, kim, bob, { name: "Kim's" }),
    access: await accessToken(w, ada, client),
  };
}

// Values for the parameters of a path: ada's, with one of her projects.
export const hers = (t, project) => (name, before) => {
  if (before === "register") return t.registered.client_id;
  const value = { slug: project.slug, token: project.token, client_id: t.client.client_id, id: { sessions: t.session.id, emails: t.email.id, ...project }[before] }[name];
  return value ?? assert.fail(`nobody has a {${name}} of ${before} here: say whose it is`);
};
export const nobodys = (name, before) => (name === "slug" ? "there-is-none" : name === "token" ? "x".repeat(43) : name === "client_id" && before !== "register" ? "0".repeat(32) : nobody);

// All that ada sees of her own.
export async function belongings(w, t) {
  const seen = async (path) => (await w.expect(200, "", "GET", path, { token: t.ada.token }));
  const project = async ({ slug }) => Promise.all(["", "/members", "/permissions", "/invites", "/clients"].map((tail) => seen(`/projects/${slug}${tail}`)));
  const sessions = (await seen("/auth/sessions")).map(({ id }) => id);
  const paths = ["/auth/me", "/auth/emails", "/projects", "/oauth/clients", `/oauth/clients/${t.client.client_id}`];
  return [sessions, await Promise.all(paths.map(seen)), await project(t.hidden), await project(t.open)];
}
