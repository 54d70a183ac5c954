#include "authz/pages/embedded.h"

#include <assert.h>

const struct embedded_file *embedded_find(str name) {
    for (size_t i = 0; i < embedded_file_count; i++)
        if (str_eq(name, str_from(embedded_files[i].name)) ||
            str_eq(name, str_from(embedded_files[i].hashed)))
            return &embedded_files[i];
    return NULL;
}

str embedded_text(const char *name) {
    const struct embedded_file *file = embedded_find(str_from(name));
    assert(file);
    return str_of((const char *)file->bytes, file->n);
}
