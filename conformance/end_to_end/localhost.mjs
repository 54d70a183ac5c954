// localhost is the loopback address also where no hosts file says so, as in a bare Debian root
// (RFC 6761, 6.3: name resolution APIs should give loopback for it without asking anybody).
import dns from "node:dns";

const { lookup } = dns;
dns.lookup = (name, options, done) =>
  name === "localhost" ? lookup("127.0.0.1", options, done) : lookup(name, options, done);
