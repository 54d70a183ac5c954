/* The pages that a person must judge, as pictures. */
#ifndef CONFORMANCE_ENGINE_SHOTS_H
#define CONFORMANCE_ENGINE_SHOTS_H

#include "conformance/engine/settings.h"

/* Gives every shot of the records its "png", with --chromium; without it, and with --fast, the
 * report shows the pages' HTML in a frame. */
void shots_take(const struct settings *settings, const json_t *records);

#endif
