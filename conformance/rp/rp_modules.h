/* The functions of rp_modules.def. Each runs one module and ends through module_passed,
 * module_skipped or a failed condition. */
#ifndef CONFORMANCE_RP_RP_MODULES_H
#define CONFORMANCE_RP_RP_MODULES_H

#include "conformance/engine/run.h"

#define RP_MODULE(name, function, lists, when, fault, verdict, setup, spec, demand)                \
    void function(struct run *run);
#include "conformance/rp/rp_modules.def"
#undef RP_MODULE

#endif
