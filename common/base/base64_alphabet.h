/* What base64 and base64url share: six bits a character, most significant first. */
#ifndef COMMON_BASE_BASE64_ALPHABET_H
#define COMMON_BASE_BASE64_ALPHABET_H

#include "common/base/str.h"

struct base64_alphabet {
    char characters[65];
    uint8_t values[256]; /* of each character, plus one; 0: a foreign one */
};
/* The alphabet that ends with these two characters, as a string and one by one, for a static table.
 */
#define BASE64_ALPHABET(tail, c62, c63)                                                            \
    {                                                                                              \
        BASE64_COMMON tail, {                                                                      \
            BASE64_VALUES, [c62] = 63, [c63] = 64                                                  \
        }                                                                                          \
    }
#define BASE64_COMMON "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define BASE64_VALUES                                                                              \
    ['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6, ['G'] = 7, ['H'] = 8,        \
    ['I'] = 9, ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, \
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23,            \
    ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30,            \
    ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37,            \
    ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44,            \
    ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50, ['y'] = 51,            \
    ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58,            \
    ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62

/* Without padding. */
err base64_alphabet_encode(struct arena *arena, const struct base64_alphabet *alphabet, str bytes,
                           str *out) MUST_CHECK;
/* `text` without padding. E_bad_request: a foreign character, a length of 4k+1, trailing bits. */
err base64_alphabet_decode(struct arena *arena, const struct base64_alphabet *alphabet, str text,
                           str *out) MUST_CHECK;

#endif
