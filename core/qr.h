/* A QR code as an SVG image. */
#ifndef CORE_QR_H
#define CORE_QR_H

#include "common/base/str.h"

/* `text` is at most a few hundred bytes, without NUL. The SVG has a white quiet zone of 4 modules.
 */
err qr_svg(struct arena *arena, str text, str *out) MUST_CHECK;

#endif
