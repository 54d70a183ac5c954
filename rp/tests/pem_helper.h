/* Keys of a client in PEM, for tests alone. */
#ifndef RP_TESTS_PEM_HELPER_H
#define RP_TESTS_PEM_HELPER_H

extern const char pem_ec[], pem_ec_public[], pem_rsa[], pem_x25519[];

#endif
