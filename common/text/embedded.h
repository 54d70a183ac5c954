/* Files built into a program: hitkey_embed(target NAME FILE…) makes the table NAME_files of them
 * (see cmake/embed.cmake). */
#ifndef COMMON_TEXT_EMBEDDED_H
#define COMMON_TEXT_EMBEDDED_H

#include "common/base/str.h"

struct embedded_file {
    const char *name;   /* "style.css" */
    const char *hashed; /* "style.1a2b3c4d.css": a name that changes with the contents */
    const unsigned char *bytes;
    size_t n;
    bool gzip; /* the bytes are compressed: the file was NAME.gz */
};

/* By either name; NULL if there is none. */
const struct embedded_file *embedded_file_find(const struct embedded_file *files, size_t n,
                                               str name);
/* The bytes. */
str embedded_file_text(const struct embedded_file *file);

#endif
