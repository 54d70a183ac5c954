#include "authz/pages/embedded.h"

#include <assert.h>

const struct embedded_file *embedded_find(str name) {
    return embedded_file_find(embedded_files, embedded_file_count, name);
}

str embedded_text(const char *name) {
    const struct embedded_file *file = embedded_find(str_from(name));
    assert(file);
    return embedded_file_text(file);
}
