#include "core/qr.h"

#include <qrencode.h>

#include "common/base/buf.h"
#include "common/base/scope.h"

enum { QUIET = 4, MAX_SVG = 256 * 1024 };

typedef QRcode *qrcode_ref;
static void qrcode_ref_drop(qrcode_ref *code) {
    QRcode_free(*code);
}

/* One path of unit squares: small, and sharp at any size. */
static void add_modules(struct buf *out, const QRcode *code) {
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++)
            if (code->data[y * code->width + x] & 1)
                buf_addf(out, "M%d %dh1v1h-1z", x + QUIET, y + QUIET);
}

err qr_svg(struct arena *arena, str text, str *out) {
    const char *plain;
    TRY(str_to_c(arena, text, &plain));
    AUTO(qrcode_ref) code = QRcode_encodeString(plain, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    REQUIRE(code, internal, "a QR code could not be made");
    int size = code->width + 2 * QUIET;
    struct buf svg = buf_in(arena, MAX_SVG);
    buf_addf(&svg,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
             "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"",
             size, size, size, size);
    add_modules(&svg, code);
    buf_add(&svg, S("\"/></svg>"));
    return buf_str(&svg, out);
}
