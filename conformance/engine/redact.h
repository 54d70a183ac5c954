/* Secrets out of what a report shows: the values of parameters, JSON members and headers that
 * redact.def names are cut behind their first characters. */
#ifndef CONFORMANCE_ENGINE_REDACT_H
#define CONFORMANCE_ENGINE_REDACT_H

/* The caller frees. */
char *redact(const char *text);

#endif
