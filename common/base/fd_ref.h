/* AUTO(fd_ref) file = open(…): closed at the end of the scope; -1 is none. */
#ifndef COMMON_BASE_FD_REF_H
#define COMMON_BASE_FD_REF_H

#include <unistd.h>

#include "common/base/scope.h"

typedef int fd_ref;
static inline void fd_ref_drop(const fd_ref *fd) {
    if (*fd >= 0)
        close(*fd);
}

#endif
