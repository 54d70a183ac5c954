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
    err problem; /* the first one */
};

/* A setter asks whether it may set (it does nothing after a bad value), and gives what it keeps, or
 * else what it is refused with: the problem there was, or that there is no cfg. */
bool config_may_set(const hk_cfg *cfg);
int config_keep(hk_cfg *cfg, err problem);
int config_refused(const hk_cfg *cfg);

#endif
