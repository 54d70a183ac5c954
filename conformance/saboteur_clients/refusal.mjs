// What the relying party does not accept: its page then has the status 400.
export class Refusal extends Error {}
