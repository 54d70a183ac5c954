/* Every member that a discovery document may have, by its kind (discovery_members.def). */
#ifndef CONFORMANCE_CHECKS_DISCOVERY_MEMBERS_H
#define CONFORMANCE_CHECKS_DISCOVERY_MEMBERS_H

#include "conformance/engine/run.h"

/* Each member is of its kind, the mandatory ones are there; one that nobody knows is a WARNING. */
void check_discovery_members(struct run *run);

#endif
