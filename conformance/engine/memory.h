/* Memory for a program that runs once: allocation never fails quietly, text is C strings. */
#ifndef CONFORMANCE_ENGINE_MEMORY_H
#define CONFORMANCE_ENGINE_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

/* They end the program with a message when memory is gone; the caller frees. */
void *memory_new(size_t count, size_t size);
void *memory_grow(void *p, size_t count, size_t size);
char *memory_copy(const char *text, size_t n);
/* The same in ASCII lower case. */
char *memory_copy_lower(const char *text, size_t n);
char *memory_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *memory_format_list(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

#endif
