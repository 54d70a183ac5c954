/* The discovery document (OIDC Discovery 3, 4): what every module needs of it, and all of it. */
#ifndef CONFORMANCE_CHECKS_DISCOVERY_H
#define CONFORMANCE_CHECKS_DISCOVERY_H

#include "conformance/engine/run.h"

/* Fetches it into run->discovery and checks what every module relies on. */
void check_discovery(struct run *run);
/* Every member: oidcc-discovery-endpoint-verification. */
void check_discovery_whole(struct run *run);
/* Whether a member that is an array has this text. */
bool discovery_lists(const struct run *run, const char *member, const char *value);
/* A boolean member with its default. */
bool discovery_says(const struct run *run, const char *member, bool otherwise);

#endif
