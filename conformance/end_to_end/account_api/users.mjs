// Finding people.
import assert from "node:assert/strict";
import { team } from "./projects.mjs";

const search = async (w, token, q, more = "") => w.expect(200, "", "GET", `/users/search?q=${encodeURIComponent(q)}${more}`, { token });

export const users = {
  "GET /users/search": {
    async success(w) {
      const [ada, bob] = [await w.person("ada"), await w.person("bob")];
      const displayName = `Жанна Қ ${w.count}`;
      const username = `zh_${w.count}`;
      await w.expect(200, "", "PATCH", "/auth/profile", { token: bob.token, body: { displayName, username } });
      const found = (email) => [{ id: bob.id, email, display_name: displayName, username }];
      assert.deepEqual(await search(w, ada.token, bob.email.toUpperCase()), found(bob.email));
      assert.deepEqual(await search(w, ada.token, displayName.toUpperCase()), found(null));
      assert.deepEqual(await search(w, ada.token, username.toUpperCase()), found(null));
      for (const part of [bob.email.slice(0, -1), "bob", "Жанна", "zh_", "%%", "__", "example.com"]) assert.deepEqual(await search(w, ada.token, part), [], part);
      const { project, eve } = await team(w);
      assert.deepEqual(await search(w, eve.token, "жан", `&project_slug=${project.slug}`), found(bob.email));
      assert.deepEqual(await search(w, eve.token, "%%", `&project_slug=${project.slug}`), []);
      for (const q of ["", "q=", "q=%20a", `q=${"x".repeat(300)}`, "q=%00%00", "q=%ff%ff"]) {
        const answer = await w.book.call("GET", `/users/search?${q}`, { token: ada.token });
        assert.ok([400, 422].includes(answer.status), `${q}: ${answer.text}`);
      }
    },
    async PROJECT_NOT_FOUND(w) {
      const { project, stranger } = await team(w);
      await w.expect(404, "PROJECT_NOT_FOUND", "GET", `/users/search?q=bob&project_slug=${project.slug}`, { token: stranger.token });
    },
    async NOT_PROJECT_MEMBER(w) {
      const { project, stranger } = await team(w, { is_public: true });
      await w.expect(403, "NOT_PROJECT_MEMBER", "GET", `/users/search?q=bob&project_slug=${project.slug}`, { token: stranger.token });
    },
  },
};
