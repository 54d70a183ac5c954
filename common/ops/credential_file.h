/* A file that holds one secret word that two services share. */
#ifndef COMMON_OPS_CREDENTIAL_FILE_H
#define COMMON_OPS_CREDENTIAL_FILE_H

#include "common/base/str.h"

/* Its text without the last line's end. E_config: it cannot be read, is shorter than 16 characters,
 * longer than 512, or holds anything but visible ASCII. `path` ends with NUL. */
err credential_file_read(struct arena *arena, str path, str *out) MUST_CHECK;

#endif
