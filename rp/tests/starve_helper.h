/* Every n-th allocation fails, in turn: the library's own (through hk_cfg_allocator and malloc's
 * stand-in below it), jansson's and OpenSSL's. */
#ifndef RP_TESTS_STARVE_HELPER_H
#define RP_TESTS_STARVE_HELPER_H

#include "common/base/testing.h"
#include "rp/include/hitkey_rp.h"

/* First in main, before OpenSSL allocates anything. */
void starve_set_up(void);
/* For hk_cfg_allocator. */
void *starve_resize(void *context, void *p, size_t n);
/* Runs `scenario` once with memory, then again and again with the first allocation failing, the
 * second, and so on, until it gets through without one failing. The scenario gives what the call
 * returned, and frees all it got; with a failure anything but HK_OK or HK_OK itself may come, but
 * nothing may crash, leak or be half done. */
void starve(int (*scenario)(void));

#endif
