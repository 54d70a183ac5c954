/* RFC 5322 text of a mail: MIME with quoted-printable parts (RFC 2045 6.7), subjects as RFC 2047.
 */
#include "common/base/base64.h"
#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/base/utf8.h"
#include "common/net/mail.h"

enum { MAX_MAIL = 256 * 1024, LINE = 73, ENCODED_WORD_BYTES = 42, MAX_ADDRESS = 320 };

/* An address that can stand in a header and an SMTP command as it is. */
static bool plain_address(str address) {
    if (address.n == 0 || address.n > MAX_ADDRESS || str_find(address, '@') == address.n)
        return false;
    for (size_t i = 0; i < address.n; i++) {
        char c = address.p[i];
        if (c <= ' ' || c == 0x7f || c == '<' || c == '>' || c == ',' || c == '"' || c == '\\')
            return false;
    }
    return true;
}

static bool ascii(str s) {
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] > '~')
            return false;
    return true;
}

/* Where a piece of at most `max` bytes ends without cutting a character. */
static size_t piece(str s, size_t max) {
    if (s.n <= max)
        return s.n;
    while (max > 0 && ((uint8_t)s.p[max] & 0xc0) == 0x80)
        max--;
    return max;
}

static err add_subject(struct buf *out, struct arena *arena, str subject) {
    buf_add(out, S("Subject:"));
    if (ascii(subject)) {
        buf_addf(out, " %.*s\r\n", STR_FMT(subject));
        return OK;
    }
    while (subject.n) {
        size_t n = piece(subject, ENCODED_WORD_BYTES);
        str text;
        TRY(base64_encode(arena, str_head(subject, n), &text));
        buf_addf(out, " =?UTF-8?B?%.*s?=\r\n", STR_FMT(text));
        subject = str_from_pos(subject, n);
    }
    return OK;
}

/* Whether the byte must be written as =XX; blanks only at the end of a line. */
static bool needs_escape(str text, size_t i) {
    char c = text.p[i];
    bool blank = c == ' ' || c == '\t';
    bool last = i + 1 == text.n || text.p[i + 1] == '\n' || text.p[i + 1] == '\r';
    if (blank)
        return last;
    return c == '=' || c < ' ' || c > '~';
}

static void add_quoted_printable(struct buf *out, str text) {
    size_t column = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\r')
            continue;
        if (text.p[i] == '\n') {
            buf_add(out, S("\r\n"));
            column = 0;
            continue;
        }
        bool escape = needs_escape(text, i);
        if (column + (escape ? 3 : 1) > LINE) {
            buf_add(out, S("=\r\n"));
            column = 0;
        }
        if (escape)
            buf_addf(out, "=%02X", (unsigned)(uint8_t)text.p[i]);
        else
            buf_add_c(out, text.p[i]);
        column += escape ? 3 : 1;
    }
    buf_add(out, S("\r\n"));
}

static void add_part(struct buf *out, const char *type, str text) {
    buf_addf(out,
             "Content-Type: text/%s; charset=utf-8\r\n"
             "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
             type);
    add_quoted_printable(out, text);
}

static void add_body(struct buf *out, const struct mail *mail, str boundary) {
    buf_add(out, S("MIME-Version: 1.0\r\n"));
    if (!str_present(mail->html)) {
        add_part(out, "plain", mail->text);
        return;
    }
    buf_addf(out, "Content-Type: multipart/alternative; boundary=\"%.*s\"\r\n\r\n--%.*s\r\n",
             STR_FMT(boundary), STR_FMT(boundary));
    add_part(out, "plain", mail->text);
    buf_addf(out, "--%.*s\r\n", STR_FMT(boundary));
    add_part(out, "html", mail->html);
    buf_addf(out, "--%.*s--\r\n", STR_FMT(boundary));
}

err mail_compose(struct arena *arena, const struct mailer_options *from, const struct mail *mail,
                 int64_t now_ms, str message_id, str *out) {
    REQUIRE(plain_address(mail->to) && plain_address(from->from), bad_request,
            "a mail address has characters that no address may have");
    REQUIRE(!utf8_has_control(mail->subject) && ascii(from->from_name) && ascii(message_id),
            internal, "a mail's header must be plain text");
    str date;
    TRY(clock_http_date(arena, now_ms, &date));
    struct buf buf = buf_in(arena, MAX_MAIL);
    buf_addf(&buf, "From: \"%.*s\" <%.*s>\r\nTo: %.*s\r\n", STR_FMT(from->from_name),
             STR_FMT(from->from), STR_FMT(mail->to));
    TRY(add_subject(&buf, arena, mail->subject));
    /* RFC 5322 3.3: the zone is a number. */
    buf_addf(&buf,
             "Date: %.*s +0000\r\nMessage-ID: <%.*s@%.*s>\r\nAuto-Submitted: auto-generated\r\n",
             STR_FMT(str_head(date, date.n - 4)), STR_FMT(message_id),
             STR_FMT(str_from_pos(from->from, str_find(from->from, '@') + 1)));
    add_body(&buf, mail, message_id);
    return buf_str(&buf, out);
}
