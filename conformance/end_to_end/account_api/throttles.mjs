// What may be done only so often: how it is used up, how long it holds at most, what works again afterwards.
import assert from "node:assert/strict";
import { team } from "./projects.mjs";
import { password } from "./world.mjs";

const wrong = "not the river at all";
const login = (w, email, word = password) => w.book.call("POST", "/auth/login", { body: { email, password: word } });
const as = (w, { token }, method, path, body) => w.book.call(method, path, { token, body });

// {name: async (w) => ({use, times, code, most, others})}: `use` is refused with `code` from the `times`-th call on
// or later, for `most` seconds at most; `same` are calls that are refused with it, `others` calls that are not.
export const throttles = {
  "wrong passwords for an account": async (w) => {
    const [ada, bob] = [await w.person("ada"), await w.person("bob")];
    return {
      use: () => login(w, ada.email, wrong), times: 5, code: "too_many_requests", most: 60,
      same: [() => login(w, ada.email)], others: [() => login(w, bob.email)], again: () => login(w, ada.email),
    };
  },
  "wrong passwords for an address that has no account": async (w) => {
    const email = w.fresh();
    return { use: () => login(w, email), times: 5, code: "too_many_requests", most: 60, others: [async () => login(w, (await w.person("bob")).email)] };
  },
  "wrong current passwords": async (w) => {
    const eve = await w.person("eve");
    const change = (word) => as(w, eve, "POST", "/auth/password/change", { current_password: word, password });
    return { use: () => change(wrong), times: 5, code: "too_many_requests", most: 60, same: [() => change(password)], again: () => change(password) };
  },
  "wrong codes of a second factor": async (w) => {
    const person = await w.register(w.fresh());
    await as(w, person, "GET", "/auth/2fa/setup");
    return { use: () => as(w, person, "POST", "/auth/2fa/enable", { code: "wrong" }), times: 5, code: "too_many_requests", most: 60 };
  },
  "codes of a registration": async (w) => {
    const email = w.fresh();
    const start = (path) => w.book.call("POST", `/auth/register/${path}`, { body: { email } });
    return {
      use: () => start("start"), times: 1, code: "COOLDOWN", most: 60,
      same: [() => start("resend")], others: [() => w.book.call("POST", "/auth/register/start", { body: { email: w.fresh() } })],
    };
  },
  "addresses that registration says are taken": async (w) => {
    const { email } = await w.person("ada");
    const start = (address) => w.book.call("POST", "/auth/register/start", { body: { email: address } });
    return { use: () => start(email), times: 30, code: "too_many_requests", most: 3600, same: [() => start(w.fresh())], elsewhere: () => start(email) };
  },
  "codes for a second address": async (w) => {
    const bob = await w.person("bob");
    const email = w.fresh();
    assert.equal((await as(w, bob, "POST", "/auth/emails", { email })).status, 201);
    return { use: () => as(w, bob, "POST", "/auth/emails/resend", { email }), times: 0, code: "COOLDOWN", most: 60 };
  },
  "addresses that somebody else is said to have": async (w) => {
    const [ada, person] = [await w.person("ada"), await w.register(w.fresh())];
    const add = (email) => as(w, person, "POST", "/auth/emails", { email });
    return { use: () => add(ada.email), times: 10, code: "too_many_requests", most: 3600, same: [() => add(w.fresh())] };
  },
  "addresses that nobody is said to have": async (w) => {
    const { path, ada, stranger } = await team(w);
    const add = (email) => as(w, ada, "POST", `${path}/members`, { email });
    return { use: () => add(w.fresh()), times: 10, code: "too_many_requests", most: 3600, same: [() => add(stranger.email)] };
  },
  "invites to one address": async (w) => {
    const ada = await w.person("ada");
    const email = w.fresh();
    const invite = async (to) => as(w, ada, "POST", `/projects/${(await w.project(ada)).slug}/invites`, { email: to });
    return { use: () => invite(email), times: 5, code: "COOLDOWN", most: 60, others: [() => invite(w.fresh())] };
  },
  "searches for people": async (w) => {
    const kim = await w.person("kim");
    let from = 0;
    const search = (q) => {
      if (++from % 40 === 0) w.from(); // the limit per minute is another one
      return as(w, kim, "GET", `/users/search?q=${q}`);
    };
    return { use: () => search("nobody-at-all"), times: 100, code: "too_many_requests", most: 3600, same: [() => search("ada")] };
  },
};
