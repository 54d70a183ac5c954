// Invites.
import assert from "node:assert/strict";
import { team } from "./projects.mjs";

const nobody = "5b9d1b36-6a6a-4d3c-8f0e-1c2d3e4f5a6b";
const expire = (w, { id }) => w.sql(`UPDATE invites SET valid_until_ms = 1 WHERE id = '${id}'`);

async function strangers(w, method, tail, body) {
  const hidden = await team(w);
  await w.expect(404, "PROJECT_NOT_FOUND", method, hidden.path + tail, { token: hidden.stranger.token, body });
  const open = await team(w, { is_public: true });
  await w.expect(403, "NOT_PROJECT_MEMBER", method, open.path + tail, { token: open.stranger.token, body });
}

async function members(w, method, tail, body) {
  const { path, eve } = await team(w);
  await w.expect(403, "INSUFFICIENT_ROLE", method, path + tail, { token: eve.token, body });
}

const asked = { email: "somebody@example.com" };

export const invites = {
  "GET /projects/:slug/invites": {
    async success(w) {
      const { project, path, ada, bob } = await team(w);
      const { id } = await w.invite(project, ada, w.fresh());
      assert.deepEqual((await w.expect(200, "", "GET", `${path}/invites`, { token: bob.token })).map((row) => row.id), [id]);
    },
    INSUFFICIENT_ROLE: (w) => members(w, "GET", "/invites"),
    NOT_PROJECT_MEMBER: (w) => strangers(w, "GET", "/invites"),
    PROJECT_NOT_FOUND: (w) => strangers(w, "GET", "/invites"),
  },
  "POST /projects/:slug/invites": {
    async success(w) {
      const { project, ada } = await team(w);
      const { role, redirect_url, is_expired } = await w.invite(project, ada, w.fresh(), { role: "admin", redirect_url: "https://app.example/x" });
      assert.deepEqual([role, redirect_url, is_expired], ["admin", "https://app.example/x", false]);
    },
    async INVITE_ALREADY_EXISTS(w) {
      const { project, path, ada } = await team(w);
      const first = await w.invite(project, ada, w.fresh());
      await w.post(400, "INVITE_ALREADY_EXISTS", `${path}/invites`, { email: first.email }, ada.token);
      expire(w, first);
      await w.invite(project, ada, first.email);
    },
    async ALREADY_MEMBER(w) {
      const { path, ada, eve } = await team(w);
      await w.post(400, "ALREADY_MEMBER", `${path}/invites`, { email: eve.email }, ada.token);
    },
    async LIMIT_REACHED(w) {
      const { path, project, ada } = await team(w);
      w.sql(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
             INSERT INTO invites SELECT '${project.id}' || i, '${project.id}' || i, '${project.id}', i || '@x.example', 'member', NULL, '${ada.id}', 1, 9e15, 9e15 FROM n`);
      await w.post(400, "LIMIT_REACHED", `${path}/invites`, { email: w.fresh() }, ada.token);
    },
    async ONLY_OWNER_MAKES_ADMINS(w) {
      const { path, bob } = await team(w);
      await w.post(403, "ONLY_OWNER_MAKES_ADMINS", `${path}/invites`, { email: w.fresh(), role: "admin" }, bob.token);
    },
    async COOLDOWN(w) {
      const email = w.fresh();
      const { ada } = await team(w);
      w.forgive();
      for (let i = 0; i < 30; i++) {
        const { slug } = await w.project(ada);
        const answer = await w.book.call("POST", `/projects/${slug}/invites`, { body: { email }, token: ada.token });
        if (answer.status !== 201) {
          assert.deepEqual([answer.status, answer.json.code], [429, "COOLDOWN"]);
          return w.forgive();
        }
      }
      assert.fail("as many invites as anybody likes go to one address");
    },
    INSUFFICIENT_ROLE: (w) => members(w, "POST", "/invites", asked),
    NOT_PROJECT_MEMBER: (w) => strangers(w, "POST", "/invites", asked),
    PROJECT_NOT_FOUND: (w) => strangers(w, "POST", "/invites", asked),
  },
  "DELETE /projects/:slug/invites/:id": {
    async success(w) {
      const { project, path, ada } = await team(w);
      const { id, token } = await w.invite(project, ada, w.fresh());
      await w.expect(200, "", "DELETE", `${path}/invites/${id}`, { token: ada.token });
      await w.expect(404, "INVITE_NOT_FOUND", "GET", `/invites/${token}`);
    },
    async INVITE_NOT_FOUND(w) {
      const [t, other] = [await team(w), await team(w)];
      const { id } = await w.invite(other.project, other.ada, w.fresh());
      await w.expect(404, "INVITE_NOT_FOUND", "DELETE", `${t.path}/invites/${id}`, { token: t.ada.token });
    },
    INSUFFICIENT_ROLE: (w) => members(w, "DELETE", `/invites/${nobody}`),
    NOT_PROJECT_MEMBER: (w) => strangers(w, "DELETE", `/invites/${nobody}`),
    PROJECT_NOT_FOUND: (w) => strangers(w, "DELETE", `/invites/${nobody}`),
  },
  "GET /invites/:token": {
    async success(w) {
      const { project, ada } = await team(w);
      const invite = await w.invite(project, ada, w.fresh());
      const shown = await w.expect(200, "", "GET", `/invites/${invite.token}`);
      assert.deepEqual([shown.id, shown.email, shown.project, shown.is_expired], [invite.id, invite.email, { name: project.name, slug: project.slug }, false]);
      expire(w, invite);
      assert.equal((await w.expect(200, "", "GET", `/invites/${invite.token}`)).is_expired, true);
    },
    INVITE_NOT_FOUND: (w) => w.expect(404, "INVITE_NOT_FOUND", "GET", `/invites/${"x".repeat(43)}`),
  },
  "POST /invites/:token/accept": {
    async success(w) {
      const { project, path, ada, stranger } = await team(w);
      const { token } = await w.invite(project, ada, stranger.email, { redirect_url: "https://app.example/x" });
      const accepted = await w.post(200, "", `/invites/${token}/accept`, undefined, stranger.token);
      assert.deepEqual(accepted, { project_slug: project.slug, redirect_url: "https://app.example/x" });
      assert.equal((await w.expect(200, "", "GET", path, { token: stranger.token })).role, "member");
      await w.post(404, "INVITE_NOT_FOUND", `/invites/${token}/accept`, undefined, stranger.token);
    },
    async INVITE_EXPIRED(w) {
      const { project, ada, stranger } = await team(w);
      const invite = await w.invite(project, ada, stranger.email);
      expire(w, invite);
      await w.post(400, "INVITE_EXPIRED", `/invites/${invite.token}/accept`, undefined, stranger.token);
    },
    async EMAIL_MISMATCH(w) {
      const { project, ada, stranger } = await team(w);
      const { token } = await w.invite(project, ada, w.fresh());
      await w.post(400, "EMAIL_MISMATCH", `/invites/${token}/accept`, undefined, stranger.token);
    },
    async ALREADY_MEMBER(w) {
      const { project, path, ada, stranger } = await team(w, { is_public: true });
      const { token } = await w.invite(project, ada, stranger.email);
      await w.post(200, "", `${path}/join`, undefined, stranger.token);
      await w.post(400, "ALREADY_MEMBER", `/invites/${token}/accept`, undefined, stranger.token);
    },
    async LIMIT_REACHED(w) {
      const { project, ada, stranger } = await team(w);
      const { token } = await w.invite(project, ada, stranger.email);
      w.crowd(project);
      await w.post(400, "LIMIT_REACHED", `/invites/${token}/accept`, undefined, stranger.token);
    },
    INVITE_NOT_FOUND: async (w) => w.post(404, "INVITE_NOT_FOUND", `/invites/${"x".repeat(43)}/accept`, undefined, (await w.person("kim")).token),
  },
};
