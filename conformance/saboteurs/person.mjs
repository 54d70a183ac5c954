// The only person there is, and which claims come with which scope (OIDC Core 5.4).
export const person = {
  name: "Ada Byron Lovelace",
  given_name: "Ada",
  family_name: "Lovelace",
  middle_name: "Byron",
  nickname: "ada",
  preferred_username: "ada",
  profile: "https://example.com/ada",
  picture: "https://example.com/ada.png",
  website: "https://example.com",
  gender: "female",
  birthdate: "1815-12-10",
  zoneinfo: "Europe/London",
  locale: "en-GB",
  updated_at: 1700000000,
  email: "ada@example.com",
  email_verified: true,
  phone_number: "+44 20 7946 0000",
  phone_number_verified: true,
  address: { formatted: "12 St James's Square, London", country: "United Kingdom" },
};
export const password = "a quiet river in may";

const others = ["email", "email_verified", "phone_number", "phone_number_verified", "address"];
export const scopeClaims = {
  profile: Object.keys(person).filter((claim) => !others.includes(claim)),
  email: ["email", "email_verified"],
  address: ["address"],
  phone: ["phone_number", "phone_number_verified"],
};

// Those of these names.
export const claimsOf = (names) =>
  Object.fromEntries(names.filter((name) => name in person).map((name) => [name, person[name]]));
