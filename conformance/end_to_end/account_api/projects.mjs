// Projects, their members and their permissions.
import assert from "node:assert/strict";

const nobody = "5b9d1b36-6a6a-4d3c-8f0e-1c2d3e4f5a6b";

// A project of ada's with bob as admin and eve as member: {…, admin, member} are the rows.
export async function team(w, options) {
  const [ada, bob, eve] = [await w.person("ada"), await w.person("bob"), await w.person("eve")];
  const project = await w.project(ada, options);
  const admin = await w.member(project, ada, bob, "admin");
  const member = await w.member(project, ada, eve);
  const rows = await w.expect(200, "", "GET", `/projects/${project.slug}/members`, { token: ada.token });
  return { project, path: `/projects/${project.slug}`, ada, bob, eve, stranger: await w.person("kim"), owner: rows.find(({ role }) => role === "owner"), admin, member };
}

const permission = (w, { path, ada }, key = `docs.${++w.count}`, more = {}) =>
  w.post(201, "", `${path}/permissions`, { key, display_name: "Documents", ...more }, ada.token);

const owns = (w, id, n) =>
  w.sql(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${n})
         INSERT INTO projects SELECT '${id}' || i, 'n', '${id}' || i, NULL, 0, '${id}', 1, 1 FROM n`);

// What a stranger is told of a private and of a public project; and a member of what is not theirs.
async function closed(w, method, tail, body) {
  const hidden = await team(w);
  await w.expect(404, "PROJECT_NOT_FOUND", method, hidden.path + tail, { token: hidden.stranger.token, body });
  const open = await team(w, { is_public: true });
  await w.expect(403, "NOT_PROJECT_MEMBER", method, open.path + tail, { token: open.stranger.token, body });
  return open;
}

// Who edits whose row how: actor, target, change, what comes of it ("" for done).
const anything = { role: "admin", permissions: [] };
export const editing = [
  ["ada", "owner", { permissions: [] }, 200, ""],
  ["ada", "owner", { role: "admin" }, 403, "CANNOT_EDIT_OWN_ROLE"],
  ["ada", "admin", { permissions: [] }, 200, ""],
  ["ada", "admin", { role: "member" }, 200, ""],
  ["ada", "admin", { role: "member", permissions: [] }, 200, ""],
  ["ada", "member", { permissions: [] }, 200, ""],
  ["ada", "member", { role: "admin" }, 200, ""],
  ["ada", "member", anything, 200, ""],
  ["bob", "owner", { permissions: [] }, 403, "ADMIN_CANNOT_EDIT_ADMIN"],
  ["bob", "owner", { role: "member" }, 400, "CANNOT_CHANGE_OWNER_ROLE"],
  ["bob", "admin", { permissions: [] }, 200, ""],
  ["bob", "admin", { role: "member" }, 403, "CANNOT_EDIT_OWN_ROLE"],
  ["bob", "second", { permissions: [] }, 403, "ADMIN_CANNOT_EDIT_ADMIN"],
  ["bob", "second", { role: "member" }, 403, "ADMIN_CANNOT_EDIT_ADMIN"],
  ["bob", "member", { permissions: [] }, 200, ""],
  ["bob", "member", { role: "admin" }, 403, "ONLY_OWNER_MAKES_ADMINS"],
  ["bob", "member", anything, 403, "ONLY_OWNER_MAKES_ADMINS"],
  ...["owner", "admin", "member"].flatMap((target) => [
    ["eve", target, { permissions: [] }, 403, "INSUFFICIENT_ROLE"],
    ["eve", target, { role: "admin" }, 403, "INSUFFICIENT_ROLE"],
    ["outsider", target, { permissions: [] }, 404, "PROJECT_NOT_FOUND"],
    ["outsider", target, { role: "admin" }, 404, "PROJECT_NOT_FOUND"],
  ]),
];

export async function edits(w, [actor, target, change, status, code]) {
  const t = await team(w);
  t.second = await w.member(t.project, t.ada, t.stranger, "admin");
  t.outsider = await w.person("lee");
  const before = await w.expect(200, "", "GET", `${t.path}/members`, { token: t.ada.token });
  await w.expect(status, code, "PATCH", `${t.path}/members/${t[target].id}`, { token: t[actor].token, body: change });
  const after = await w.expect(200, "", "GET", `${t.path}/members`, { token: t.ada.token });
  if (status !== 200) assert.deepEqual(after, before);
}

// The rows of the matrix with these codes, by code.
const edited = (...codes) => Object.fromEntries(codes.map((code) => [code, async (w) => {
  for (const row of editing.filter((each) => each[4] === code)) await edits(w, row);
}]));

export const projects = {
  "POST /projects": {
    async success(w) {
      const ada = await w.person("ada");
      const first = await w.post(201, "", "/projects/", { name: "Привет, мир", description: "d", is_public: true }, ada.token);
      assert.deepEqual([first.slug, first.owner_id, first.is_public, first.description], ["privet-mir", ada.id, true, "d"]);
      const second = await w.post(201, "", "/projects", { name: "Привет, мир" }, ada.token);
      assert.deepEqual([second.slug, second.is_public, second.description], ["privet-mir-2", false, null]);
    },
    async LIMIT_REACHED(w) {
      const person = await w.register(w.fresh());
      owns(w, person.id, 100);
      await w.post(400, "LIMIT_REACHED", "/projects", { name: "One more" }, person.token);
    },
  },
  "GET /projects": {
    async success(w) {
      const { project, bob, stranger } = await team(w);
      const roles = (rows) => rows.filter(({ id }) => id === project.id).map(({ role }) => role);
      assert.deepEqual(roles(await w.expect(200, "", "GET", "/projects?limit=100", { token: bob.token })), ["admin"]);
      assert.deepEqual(roles(await w.expect(200, "", "GET", "/projects/", { token: stranger.token })), []);
    },
  },
  "GET /projects/:slug": {
    async success(w) {
      const { path, eve } = await team(w);
      assert.equal((await w.expect(200, "", "GET", path, { token: eve.token })).role, "member");
      const open = await team(w, { is_public: true });
      assert.equal((await w.expect(200, "", "GET", open.path, { token: open.stranger.token })).role, null);
    },
    async PROJECT_NOT_FOUND(w) {
      const { path, stranger } = await team(w);
      await w.expect(404, "PROJECT_NOT_FOUND", "GET", path, { token: stranger.token });
      await w.expect(404, "PROJECT_NOT_FOUND", "GET", "/projects/there-is-none", { token: stranger.token });
    },
  },
  "PATCH /projects/:slug": {
    async success(w) {
      const { path, bob } = await team(w);
      const changed = await w.expect(200, "", "PATCH", path, { token: bob.token, body: { name: "Gemini", description: "two", is_public: true } });
      assert.deepEqual([changed.name, changed.description, changed.is_public, `/projects/${changed.slug}`], ["Gemini", "two", true, path]);
    },
    async INSUFFICIENT_ROLE(w) {
      const { path, eve } = await team(w);
      await w.expect(403, "INSUFFICIENT_ROLE", "PATCH", path, { token: eve.token, body: { name: "Mine" } });
    },
    NOT_PROJECT_MEMBER: (w) => closed(w, "PATCH", "", { name: "Mine" }),
    PROJECT_NOT_FOUND: (w) => closed(w, "PATCH", "", { name: "Mine" }),
  },
  "DELETE /projects/:slug": {
    async success(w) {
      const { path, ada } = await team(w);
      await w.expect(200, "", "DELETE", path, { token: ada.token });
      await w.expect(404, "PROJECT_NOT_FOUND", "GET", path, { token: ada.token });
    },
    async INSUFFICIENT_ROLE(w) {
      const { path, bob, eve } = await team(w);
      for (const { token } of [bob, eve]) await w.expect(403, "INSUFFICIENT_ROLE", "DELETE", path, { token });
    },
    NOT_PROJECT_MEMBER: (w) => closed(w, "DELETE", ""),
    PROJECT_NOT_FOUND: (w) => closed(w, "DELETE", ""),
  },
  "POST /projects/:slug/join": {
    async success(w) {
      const { path, stranger } = await team(w, { is_public: true });
      assert.equal((await w.post(200, "", `${path}/join`, undefined, stranger.token)).role, "member");
    },
    async ALREADY_MEMBER(w) {
      const { path, eve } = await team(w, { is_public: true });
      await w.post(400, "ALREADY_MEMBER", `${path}/join`, undefined, eve.token);
    },
    async LIMIT_REACHED(w) {
      const { path, project, stranger } = await team(w, { is_public: true });
      w.crowd(project);
      await w.post(400, "LIMIT_REACHED", `${path}/join`, undefined, stranger.token);
    },
    async PROJECT_NOT_FOUND(w) {
      const { path, stranger } = await team(w);
      await w.post(404, "PROJECT_NOT_FOUND", `${path}/join`, undefined, stranger.token);
    },
  },
  "DELETE /projects/:slug/leave": {
    async success(w) {
      const { path, eve } = await team(w);
      await w.expect(200, "", "DELETE", `${path}/leave`, { token: eve.token });
      await w.expect(404, "PROJECT_NOT_FOUND", "GET", path, { token: eve.token });
    },
    async OWNER_CANNOT_LEAVE(w) {
      const { path, ada } = await team(w);
      await w.expect(400, "OWNER_CANNOT_LEAVE", "DELETE", `${path}/leave`, { token: ada.token });
    },
    NOT_PROJECT_MEMBER: (w) => closed(w, "DELETE", "/leave"),
    PROJECT_NOT_FOUND: (w) => closed(w, "DELETE", "/leave"),
  },
  "POST /projects/:slug/transfer-ownership": {
    async success(w) {
      const { path, ada, eve } = await team(w);
      assert.equal((await w.post(200, "", `${path}/transfer-ownership`, { new_owner_id: eve.id }, ada.token)).owner_id, eve.id);
      const rows = await w.expect(200, "", "GET", `${path}/members`, { token: ada.token });
      const role = (person) => rows.find(({ user_id }) => user_id === person.id).role;
      assert.deepEqual([role(ada), role(eve)], ["admin", "owner"]);
    },
    async CANNOT_TRANSFER_TO_SELF(w) {
      const { path, ada } = await team(w);
      await w.post(400, "CANNOT_TRANSFER_TO_SELF", `${path}/transfer-ownership`, { new_owner_id: ada.id }, ada.token);
    },
    async LIMIT_REACHED(w) {
      const { path, ada, eve } = await team(w);
      owns(w, eve.id, 100);
      await w.post(400, "LIMIT_REACHED", `${path}/transfer-ownership`, { new_owner_id: eve.id }, ada.token);
    },
    async MEMBER_NOT_FOUND(w) {
      const { path, ada, stranger } = await team(w);
      await w.post(404, "MEMBER_NOT_FOUND", `${path}/transfer-ownership`, { new_owner_id: stranger.id }, ada.token);
    },
    async INSUFFICIENT_ROLE(w) {
      const { path, bob } = await team(w);
      await w.post(403, "INSUFFICIENT_ROLE", `${path}/transfer-ownership`, { new_owner_id: bob.id }, bob.token);
    },
    NOT_PROJECT_MEMBER: (w) => closed(w, "POST", "/transfer-ownership", { new_owner_id: nobody }),
    PROJECT_NOT_FOUND: (w) => closed(w, "POST", "/transfer-ownership", { new_owner_id: nobody }),
  },

  "GET /projects/:slug/members": {
    async success(w) {
      const { path, eve } = await team(w);
      const rows = await w.expect(200, "", "GET", `${path}/members`, { token: eve.token });
      assert.deepEqual(rows.map(({ role }) => role).sort(), ["admin", "member", "owner"]);
    },
    NOT_PROJECT_MEMBER: (w) => closed(w, "GET", "/members"),
    PROJECT_NOT_FOUND: (w) => closed(w, "GET", "/members"),
  },
  "POST /projects/:slug/members": {
    async success(w) {
      const t = await team(w);
      await permission(w, t, "given.to.new", { is_default: true });
      const row = await w.post(201, "", `${t.path}/members`, { email: t.stranger.email }, t.bob.token);
      assert.deepEqual([row.role, row.permissions, row.user.id], ["member", ["given.to.new"], t.stranger.id]);
    },
    async ALREADY_MEMBER(w) {
      const { path, ada, eve } = await team(w);
      await w.post(400, "ALREADY_MEMBER", `${path}/members`, { email: eve.email }, ada.token);
    },
    async LIMIT_REACHED(w) {
      const { path, project, ada, stranger } = await team(w);
      w.crowd(project);
      await w.post(400, "LIMIT_REACHED", `${path}/members`, { email: stranger.email }, ada.token);
    },
    async ONLY_OWNER_MAKES_ADMINS(w) {
      const { path, bob, stranger } = await team(w);
      await w.post(403, "ONLY_OWNER_MAKES_ADMINS", `${path}/members`, { email: stranger.email, role: "admin" }, bob.token);
    },
    async USER_NOT_FOUND(w) {
      const { path, ada } = await team(w);
      await w.post(404, "USER_NOT_FOUND", `${path}/members`, { email: w.fresh() }, ada.token);
    },
    async INSUFFICIENT_ROLE(w) {
      const { path, eve, stranger } = await team(w);
      await w.post(403, "INSUFFICIENT_ROLE", `${path}/members`, { email: stranger.email }, eve.token);
    },
    NOT_PROJECT_MEMBER: (w) => closed(w, "POST", "/members", { email: "x@example.com" }),
    PROJECT_NOT_FOUND: (w) => closed(w, "POST", "/members", { email: "x@example.com" }),
  },
  "PATCH /projects/:slug/members/:id": {
    async success(w) {
      const t = await team(w);
      const { key } = await permission(w, t);
      const row = await w.expect(200, "", "PATCH", `${t.path}/members/${t.member.id}`, { token: t.ada.token, body: { role: "admin", permissions: [key] } });
      assert.deepEqual([row.role, row.permissions], ["admin", [key]]);
    },
    async MEMBER_NOT_FOUND(w) {
      const { path, ada } = await team(w);
      await w.expect(404, "MEMBER_NOT_FOUND", "PATCH", `${path}/members/${nobody}`, { token: ada.token, body: { role: "admin" } });
    },
    ...edited("CANNOT_CHANGE_OWNER_ROLE", "ADMIN_CANNOT_EDIT_ADMIN", "ONLY_OWNER_MAKES_ADMINS", "CANNOT_EDIT_OWN_ROLE", "INSUFFICIENT_ROLE"),
    NOT_PROJECT_MEMBER: (w) => closed(w, "PATCH", `/members/${nobody}`, { role: "admin" }),
    PROJECT_NOT_FOUND: (w) => closed(w, "PATCH", `/members/${nobody}`, { role: "admin" }),
  },
  "DELETE /projects/:slug/members/:id": {
    async success(w) {
      const { path, bob, eve, member } = await team(w);
      await w.expect(200, "", "DELETE", `${path}/members/${member.id}`, { token: bob.token });
      await w.expect(404, "PROJECT_NOT_FOUND", "GET", path, { token: eve.token });
    },
    async CANNOT_REMOVE_OWNER(w) {
      const { path, bob, owner } = await team(w);
      await w.expect(400, "CANNOT_REMOVE_OWNER", "DELETE", `${path}/members/${owner.id}`, { token: bob.token });
    },
    async ADMIN_CANNOT_EDIT_ADMIN(w) {
      const t = await team(w);
      const second = await w.member(t.project, t.ada, t.stranger, "admin");
      await w.expect(403, "ADMIN_CANNOT_EDIT_ADMIN", "DELETE", `${t.path}/members/${second.id}`, { token: t.bob.token });
    },
    async INSUFFICIENT_ROLE(w) {
      const { path, eve, admin } = await team(w);
      await w.expect(403, "INSUFFICIENT_ROLE", "DELETE", `${path}/members/${admin.id}`, { token: eve.token });
    },
    async MEMBER_NOT_FOUND(w) {
      const { path, ada } = await team(w);
      await w.expect(404, "MEMBER_NOT_FOUND", "DELETE", `${path}/members/${nobody}`, { token: ada.token });
    },
    NOT_PROJECT_MEMBER: (w) => closed(w, "DELETE", `/members/${nobody}`),
    PROJECT_NOT_FOUND: (w) => closed(w, "DELETE", `/members/${nobody}`),
  },

  "GET /projects/:slug/permissions": {
    async success(w) {
      const t = await team(w);
      const { key } = await permission(w, t);
      assert.deepEqual((await w.expect(200, "", "GET", `${t.path}/permissions`, { token: t.eve.token })).map((row) => row.key), [key]);
    },
    NOT_PROJECT_MEMBER: (w) => closed(w, "GET", "/permissions"),
    PROJECT_NOT_FOUND: (w) => closed(w, "GET", "/permissions"),
  },
  "POST /projects/:slug/permissions": {
    success: async (w) => permission(w, await team(w)),
    async PERMISSION_KEY_TAKEN(w) {
      const t = await team(w);
      const { key } = await permission(w, t);
      await w.post(409, "PERMISSION_KEY_TAKEN", `${t.path}/permissions`, { key, display_name: "Again" }, t.bob.token);
    },
    async LIMIT_REACHED(w) {
      const { path, project, ada } = await team(w);
      w.sql(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
             INSERT INTO project_permissions SELECT '${project.id}' || i, '${project.id}', 'k' || i, 'n', NULL, 0, 1 FROM n`);
      await w.post(400, "LIMIT_REACHED", `${path}/permissions`, { key: "one.more", display_name: "More" }, ada.token);
    },
    async INSUFFICIENT_ROLE(w) {
      const { path, eve } = await team(w);
      await w.post(403, "INSUFFICIENT_ROLE", `${path}/permissions`, { key: "x.y", display_name: "x" }, eve.token);
    },
    NOT_PROJECT_MEMBER: (w) => closed(w, "POST", "/permissions", { key: "x.y", display_name: "x" }),
    PROJECT_NOT_FOUND: (w) => closed(w, "POST", "/permissions", { key: "x.y", display_name: "x" }),
  },
  "PATCH /projects/:slug/permissions/:id": {
    async success(w) {
      const t = await team(w);
      const { id } = await permission(w, t);
      const row = await w.expect(200, "", "PATCH", `${t.path}/permissions/${id}`, { token: t.bob.token, body: { display_name: "Papers", description: "all", is_default: true } });
      assert.deepEqual([row.display_name, row.description, row.is_default], ["Papers", "all", true]);
    },
    async PERMISSION_NOT_FOUND(w) {
      const [t, other] = [await team(w), await team(w)];
      const { id } = await permission(w, other);
      await w.expect(404, "PERMISSION_NOT_FOUND", "PATCH", `${t.path}/permissions/${id}`, { token: t.ada.token, body: { display_name: "x" } });
    },
    async PERMISSION_KEY_TAKEN(w) {
      const t = await team(w);
      const [first, second] = [await permission(w, t), await permission(w, t)];
      await w.expect(409, "PERMISSION_KEY_TAKEN", "PATCH", `${t.path}/permissions/${second.id}`, { token: t.ada.token, body: { key: first.key } });
    },
    async INSUFFICIENT_ROLE(w) {
      const t = await team(w);
      const { id } = await permission(w, t);
      await w.expect(403, "INSUFFICIENT_ROLE", "PATCH", `${t.path}/permissions/${id}`, { token: t.eve.token, body: { display_name: "x" } });
    },
    NOT_PROJECT_MEMBER: (w) => closed(w, "PATCH", `/permissions/${nobody}`, { display_name: "x" }),
    PROJECT_NOT_FOUND: (w) => closed(w, "PATCH", `/permissions/${nobody}`, { display_name: "x" }),
  },
  "DELETE /projects/:slug/permissions/:id": {
    async success(w) {
      const t = await team(w);
      const { id, key } = await permission(w, t);
      await w.expect(200, "", "PATCH", `${t.path}/members/${t.member.id}`, { token: t.ada.token, body: { permissions: [key] } });
      await w.expect(200, "", "DELETE", `${t.path}/permissions/${id}`, { token: t.ada.token });
      const rows = await w.expect(200, "", "GET", `${t.path}/members`, { token: t.ada.token });
      assert.deepEqual(rows.find((row) => row.id === t.member.id).permissions, []);
    },
    async PERMISSION_NOT_FOUND(w) {
      const { path, ada } = await team(w);
      await w.expect(404, "PERMISSION_NOT_FOUND", "DELETE", `${path}/permissions/${nobody}`, { token: ada.token });
    },
    async INSUFFICIENT_ROLE(w) {
      const t = await team(w);
      const { id } = await permission(w, t);
      await w.expect(403, "INSUFFICIENT_ROLE", "DELETE", `${t.path}/permissions/${id}`, { token: t.eve.token });
    },
    NOT_PROJECT_MEMBER: (w) => closed(w, "DELETE", `/permissions/${nobody}`),
    PROJECT_NOT_FOUND: (w) => closed(w, "DELETE", `/permissions/${nobody}`),
  },
};
