#include "common/ops/data_folder.h"

#include <errno.h>
#include <sys/stat.h>

err data_folder_open(str path) {
    REQUIRE(mkdir(path.p, 0700) == 0 || errno == EEXIST, io,
            "the data folder cannot be made: does the folder above it exist?");
    struct stat status;
    REQUIRE(stat(path.p, &status) == 0 && S_ISDIR(status.st_mode), io,
            "--data does not name a folder");
    return OK;
}

err data_folder_path(struct arena *arena, str folder, const char *name, const char **out) {
    str path;
    TRY(STR_JOIN(arena, &path, folder, S("/"), str_from(name)));
    *out = path.p;
    return OK;
}
