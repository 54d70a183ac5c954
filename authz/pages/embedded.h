/* The templates and assets of this folder, built into the program (see cmake/embed.cmake). */
#ifndef AUTHZ_PAGES_EMBEDDED_H
#define AUTHZ_PAGES_EMBEDDED_H

#include "common/text/embedded.h"

extern const struct embedded_file embedded_files[];
extern const size_t embedded_file_count;

/* By either name; NULL if there is none. */
const struct embedded_file *embedded_find(str name);
/* The bytes of a file that is there (asserts). */
str embedded_text(const char *name);

#endif
