/* Which plural form of a language goes with a number: CLDR, "Language Plural Rules", cardinal. */
#ifndef COMMON_TEXT_PLURAL_H
#define COMMON_TEXT_PLURAL_H

#include <stddef.h>
#include <stdint.h>

/* 0, 1, …: the first form, the second, … */
typedef size_t plural_fn(int64_t n);

/* en, es, kk: 1 second, 2 seconds. */
plural_fn plural_one_other;
/* ru: 1, 21 секунда; 2, 23 секунды; 5, 11, 30 секунд. */
plural_fn plural_one_few_many;
/* tg: one form for all. */
plural_fn plural_other;

#endif
