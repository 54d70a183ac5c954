#include "common/text/embedded.h"

const struct embedded_file *embedded_file_find(const struct embedded_file *files, size_t n,
                                               str name) {
    for (size_t i = 0; i < n; i++)
        if (str_eq(name, str_from(files[i].name)) || str_eq(name, str_from(files[i].hashed)))
            return &files[i];
    return NULL;
}

str embedded_file_text(const struct embedded_file *file) {
    return str_of((const char *)file->bytes, file->n);
}
