/* The settings that say how something is encrypted: "RSA-OAEP-256 A256GCM". */
#ifndef RP_PROTOCOL_ENCRYPTION_H
#define RP_PROTOCOL_ENCRYPTION_H

#include "keys/jwe_alg.h"

struct encryption {
    enum jwe_alg alg;
    enum jwe_enc enc;
};

/* False when a name is not known, or there are not two. */
bool encryption_read(str text, struct encryption *out);

#endif
