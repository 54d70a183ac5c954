// Debian 12's Node 18 has Web Crypto, but not as a global; openid-client and jose want the global.
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto;
