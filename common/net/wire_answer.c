#include "common/net/wire_answer.h"

#include "common/http/head_check.h"

enum {
    INTERIM_MAX = 8,
    SIZE_DIGITS_MAX = 15,
    SPENT_MAX = 8 * 1024, /* on extensions of chunks and on trailers */
    CRLF = 2
};

/* --- the head --------------------------------------------------------------------------------- */
static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* RFC 9112 4: HTTP/1.1 SP 3DIGIT SP [reason]; the last blank is often forgotten. */
static err read_status(struct wire_answer *answer, str line, bool *http_1_0) {
    *http_1_0 = str_starts(line, S("HTTP/1.0 "));
    bool good = (*http_1_0 || str_starts(line, S("HTTP/1.1 "))) && line.n >= 12 &&
                is_digit(line.p[9]) && is_digit(line.p[10]) && is_digit(line.p[11]) &&
                (line.n == 12 || line.p[12] == ' ') && head_check_value(line);
    REQUIRE(good, bad_gateway, "the answer does not begin with a status line");
    answer->status = (line.p[9] - '0') * 100 + (line.p[10] - '0') * 10 + (line.p[11] - '0');
    REQUIRE(answer->status >= 100 && answer->status < 600, bad_gateway,
            "the answer has no status that there is");
    return OK;
}

static err read_header(struct wire_answer *answer, struct arena *arena, str line) {
    size_t colon = str_find(line, ':');
    str name = str_head(line, colon), value = str_trim(str_from_pos(line, colon + 1));
    REQUIRE(answer->header_count < WIRE_HEADERS_MAX, bad_gateway,
            "the answer has too many headers");
    REQUIRE(colon < line.n && head_check_name(name) && head_check_value(value), bad_gateway,
            "the answer has a malformed header");
    struct header *header = &answer->headers[answer->header_count++];
    TRY(str_dup(arena, name, &header->name));
    return str_dup(arena, value, &header->value);
}

static err read_lines(struct wire_answer *answer, struct arena *arena, str head, bool *http_1_0) {
    bool first = true;
    while (head.n) {
        size_t end = str_find_str(head, S("\r\n"));
        str line = str_head(head, end);
        head = str_from_pos(head, end + CRLF);
        if (first)
            TRY(read_status(answer, line, http_1_0));
        else
            TRY(read_header(answer, arena, line));
        first = false;
    }
    return OK;
}

static str header_of(const struct wire_answer *answer, str name, size_t *count) {
    str value = STR_ABSENT;
    *count = 0;
    for (size_t i = 0; i < answer->header_count; i++)
        if (str_eq_nocase(answer->headers[i].name, name)) {
            value = answer->headers[i].value;
            (*count)++;
        }
    return value;
}

static bool says_close(const struct wire_answer *answer) {
    for (size_t i = 0; i < answer->header_count; i++) {
        str list = answer->headers[i].value, word;
        if (!str_eq_nocase(answer->headers[i].name, S("Connection")))
            continue;
        while (str_next(&list, ',', &word))
            if (str_eq_nocase(str_trim(word), S("close")))
                return true;
    }
    return false;
}

/* RFC 9112 6.3: how long the body is must have exactly one answer. */
static err decide_length(struct wire_answer *answer, bool http_1_0) {
    size_t lengths, codings;
    str length = header_of(answer, S("Content-Length"), &lengths);
    str coding = header_of(answer, S("Transfer-Encoding"), &codings);
    REQUIRE(lengths + codings <= 1, bad_gateway, "the answer says its length in two ways");
    REQUIRE(!codings || (!http_1_0 && str_eq_nocase(coding, S("chunked"))), bad_gateway,
            "the answer has a transfer coding that is not known here");
    answer->length = -1;
    if (lengths)
        REQUIRE(!failed(str_to_int(length, INT64_MAX, &answer->length)), bad_gateway,
                "the answer has a length that is no number");
    answer->keep_alive = !http_1_0 && !says_close(answer);
    if (answer->to_head || answer->status == 204 || answer->status == 304)
        answer->step = WIRE_DONE;
    else if (codings)
        answer->step = WIRE_CHUNK_SIZE;
    else
        answer->step = lengths ? WIRE_LENGTH : WIRE_CLOSE;
    answer->left = lengths ? (uint64_t)answer->length : 0;
    if (answer->step == WIRE_LENGTH && answer->left == 0)
        answer->step = WIRE_DONE;
    answer->keep_alive = answer->keep_alive && answer->step != WIRE_CLOSE;
    return OK;
}

/* Where the head's empty line ends; 0: not there yet. What was looked at is not looked at again. */
static size_t end_of_head(struct wire_answer *answer, str in) {
    str rest = str_from_pos(in, answer->scanned);
    size_t at = str_find_str(rest, S("\r\n\r\n"));
    if (at < rest.n)
        return answer->scanned + at + CRLF + CRLF;
    answer->scanned = in.n < 3 ? 0 : in.n - 3;
    return 0;
}

/* One head, be it of an interim answer. */
static err read_one(struct wire_answer *answer, struct arena *arena, str in, size_t *used) {
    bool http_1_0 = false;
    *used = end_of_head(answer, in);
    REQUIRE(*used <= WIRE_HEAD_MAX && (*used || in.n < WIRE_HEAD_MAX), bad_gateway,
            "the head of the answer is too large");
    if (!*used)
        return OK;
    answer->scanned = 0;
    answer->header_count = 0;
    TRY(read_lines(answer, arena, str_head(in, *used - CRLF), &http_1_0));
    if (answer->status >= 200)
        return decide_length(answer, http_1_0);
    REQUIRE(answer->status != 101, bad_gateway, "the answer switches to another protocol");
    REQUIRE(++answer->interim <= INTERIM_MAX, bad_gateway, "the answer has too many interim ones");
    return OK;
}

err wire_answer_head(struct wire_answer *answer, struct arena *arena, str in, size_t *used) {
    *used = 0;
    while (answer->step == WIRE_HEAD) {
        size_t one;
        TRY(read_one(answer, arena, str_from_pos(in, *used), &one));
        *used += one;
        if (!one)
            break;
    }
    return OK;
}

/* --- the body --------------------------------------------------------------------------------- */
static int hex_value(char c) {
    if (is_digit(c))
        return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* RFC 9112 7.1: 1*HEXDIG, and no blanks around it. */
static err on_chunk_size(struct wire_answer *answer, char c) {
    int value = hex_value(c);
    if (value >= 0) {
        answer->left = answer->left * 16 + (uint64_t)value;
        REQUIRE(++answer->digits <= SIZE_DIGITS_MAX, bad_gateway, "a chunk is too large");
        return OK;
    }
    REQUIRE(answer->digits > 0 && (c == '\r' || c == ';'), bad_gateway,
            "a chunk does not begin with its size");
    answer->step = c == ';' ? WIRE_CHUNK_EXTENSION : WIRE_CHUNK_SIZE_LF;
    return OK;
}

static err spend(struct wire_answer *answer, char c) {
    REQUIRE(++answer->spent <= SPENT_MAX, bad_gateway, "the answer has too many trailers");
    REQUIRE(c == '\t' || (unsigned char)c >= ' ', bad_gateway, "a line of a chunk is malformed");
    return OK;
}

/* The line goes on until its CR. */
static err on_line(struct wire_answer *answer, char c, enum wire_step behind) {
    if (c != '\r')
        return spend(answer, c);
    answer->step = behind;
    return OK;
}

static err on_expected(struct wire_answer *answer, char c, char expected, enum wire_step behind) {
    REQUIRE(c == expected, bad_gateway, "a chunk does not end where it says");
    answer->step = behind;
    return OK;
}

static err on_size_end(struct wire_answer *answer, char c) {
    answer->digits = 0;
    return on_expected(answer, c, '\n', answer->left ? WIRE_CHUNK_DATA : WIRE_TRAILER);
}

static err on_trailer(struct wire_answer *answer, char c) {
    if (c == '\r') {
        answer->step = WIRE_LAST_LF;
        return OK;
    }
    answer->step = WIRE_TRAILER_LINE;
    return spend(answer, c);
}

/* A byte between the chunks. */
static err on_frame(struct wire_answer *answer, char c) {
    switch ((int)answer->step) {
    case WIRE_CHUNK_SIZE:
        return on_chunk_size(answer, c);
    case WIRE_CHUNK_EXTENSION:
        return on_line(answer, c, WIRE_CHUNK_SIZE_LF);
    case WIRE_CHUNK_SIZE_LF:
        return on_size_end(answer, c);
    case WIRE_CHUNK_CR:
        return on_expected(answer, c, '\r', WIRE_CHUNK_LF);
    case WIRE_CHUNK_LF:
        return on_expected(answer, c, '\n', WIRE_CHUNK_SIZE);
    case WIRE_TRAILER:
        return on_trailer(answer, c);
    case WIRE_TRAILER_LINE:
        return on_line(answer, c, WIRE_TRAILER_LF);
    case WIRE_TRAILER_LF:
        return on_expected(answer, c, '\n', WIRE_TRAILER);
    default:
        return on_expected(answer, c, '\n', WIRE_DONE);
    }
}

static bool in_frame(const struct wire_answer *answer) {
    return answer->step > WIRE_CLOSE && answer->step != WIRE_CHUNK_DATA &&
           answer->step != WIRE_DONE;
}

static str take_data(struct wire_answer *answer, str in, size_t max) {
    str piece = str_head(in, max);
    if (answer->step == WIRE_CLOSE)
        return piece;
    if (piece.n > answer->left)
        piece.n = (size_t)answer->left;
    answer->left -= piece.n;
    if (answer->left == 0)
        answer->step = answer->step == WIRE_LENGTH ? WIRE_DONE : WIRE_CHUNK_CR;
    return piece;
}

err wire_answer_body(struct wire_answer *answer, str in, size_t max, size_t *used, str *piece) {
    size_t at = 0;
    *piece = STR_ABSENT;
    while (at < in.n && in_frame(answer))
        TRY(on_frame(answer, in.p[at++]));
    if (at < in.n && max > 0 && answer->step != WIRE_DONE) {
        *piece = take_data(answer, str_from_pos(in, at), max);
        at += piece->n;
    }
    *used = at;
    return OK;
}

err wire_answer_end(struct wire_answer *answer) {
    bool whole = answer->step == WIRE_CLOSE || answer->step == WIRE_DONE;
    REQUIRE(whole, bad_gateway, "the answer ended before its end");
    answer->step = WIRE_DONE;
    return OK;
}
