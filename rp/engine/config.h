/* hk_cfg: settings under construction. The first bad value is kept for hk_rp_new to tell; later
 * setters do nothing then. */
#ifndef RP_ENGINE_CONFIG_H
#define RP_ENGINE_CONFIG_H

#include "rp/engine/settings.h"

struct hk_cfg {
    struct arena *arena; /* of the C library: it is made before an allocator can be named */
    struct memory memory;
    struct settings settings;
    struct failure failure;
    err problem;
};

#endif
