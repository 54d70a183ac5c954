/* The functions of modules.def. */
#ifndef CONFORMANCE_MODULES_MODULES_H
#define CONFORMANCE_MODULES_MODULES_H

#include "conformance/engine/run.h"

#define MODULE(name, function, lists, when, spec, demand) void function(struct run *run);
#include "conformance/modules/modules.def"
#undef MODULE

#endif
