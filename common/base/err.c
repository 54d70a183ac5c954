#include "common/base/err.h"

#include <assert.h>

static const struct {
    const char *name;
    int status;
} kinds[] = {
#define ERR_KIND(name, status)          [E_##name] = {#name, status},
#define ERR_KIND_AS(name, wire, status) [E_##name] = {wire, status},
#include "common/base/err_kinds.def"
#undef ERR_KIND_AS
#undef ERR_KIND
};

const char *err_name(enum err_code code) {
    assert(code < E_count);
    return kinds[code].name;
}

int err_status(enum err_code code) {
    assert(code < E_count);
    return kinds[code].status;
}
