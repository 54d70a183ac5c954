/* The folder that a program keeps its state in: its owner's alone. */
#ifndef COMMON_OPS_DATA_FOLDER_H
#define COMMON_OPS_DATA_FOLDER_H

#include "common/base/str.h"

/* Makes it (0700) if it is not there; the folder above must be. `path` ends with NUL. E_io. */
err data_folder_open(str path) MUST_CHECK;
/* "folder/name". */
err data_folder_path(struct arena *arena, str folder, const char *name,
                     const char **out) MUST_CHECK;

#endif
