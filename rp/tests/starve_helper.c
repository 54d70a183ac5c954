#include "rp/tests/starve_helper.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <stdlib.h>

static long left = -1; /* allocations until the one that fails; below 0: none does */
static bool failed_one;

static bool fails(void) {
    if (left < 0 || left-- > 0)
        return false;
    failed_one = true;
    return true;
}

/* jansson 2.14 does not look whether the text of a token could grow, and reads on past its end: it
 * doubles from 16 bytes. Such a one never fails here; nobody outside of jansson can mend it. */
static bool is_growing_text(size_t n) {
    return n >= 32 && (n & (n - 1)) == 0;
}

static void *json_malloc(size_t n) {
    return !is_growing_text(n) && fails() ? NULL : malloc(n);
}

static void *crypto_malloc(size_t n, const char *file, int line) {
    (void)file;
    (void)line;
    return fails() ? NULL : malloc(n);
}

static void *crypto_realloc(void *p, size_t n, const char *file, int line) {
    (void)file;
    (void)line;
    return fails() ? NULL : realloc(p, n);
}

static void crypto_free(void *p, const char *file, int line) {
    (void)file;
    (void)line;
    free(p);
}

void *starve_resize(void *context, void *p, size_t n) {
    (void)context;
    if (!n) {
        free(p);
        return NULL;
    }
    return fails() ? NULL : realloc(p, n);
}

void starve_set_up(void) {
    json_set_alloc_funcs(json_malloc, free);
    if (!CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free))
        abort();
}

void starve(int (*scenario)(void)) {
    left = -1;
    assert_int_equal(scenario(), HK_OK);
    for (long n = 0;; n++) {
        left = n;
        failed_one = false;
        int code = scenario();
        left = -1;
        if (!failed_one) {
            assert_int_equal(code, HK_OK);
            break;
        }
        assert_true(code <= HK_OK);
    }
    assert_int_equal(scenario(), HK_OK); /* and nothing stays broken */
}
