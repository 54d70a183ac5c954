/* What only this program can read again, sealed with its keys (keys/seal.h): "<key id>.<text>". The
 * id in front lets keys change: the newest seals, each that is still configured opens. */
#ifndef RP_ENGINE_SEALED_H
#define RP_ENGINE_SEALED_H

#include "rp/engine/settings.h"

err sealed_write(const struct settings *settings, str purpose, str plain, struct arena *arena,
                 str *out) MUST_CHECK;
/* E_seal_broken: altered, for another purpose, or of a key that is not configured. */
err sealed_read(const struct settings *settings, str purpose, str text, struct arena *arena,
                str *plain) MUST_CHECK;

#endif
