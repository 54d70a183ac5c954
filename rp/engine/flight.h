/* One fetch for everybody (single flight): an op that needs what another fetches waits for it.
 *
 * A flight is known by what it fetches: a kind and a key. The first op to enter flies; the others
 * wait, blocking (hk_op_run) or until they are woken (event loops). When the op that flies ends, by
 * any result or because it was freed, all that wait are woken and look again at what they needed.
 */
#ifndef RP_ENGINE_FLIGHT_H
#define RP_ENGINE_FLIGHT_H

#include "rp/engine/op.h"

enum flight_kind { FLIGHT_METADATA, FLIGHT_KEYS, FLIGHT_REFRESH };

/* Called with rp->lock held, after looking whether the thing is there already. True: this op flies.
 * False: it waits; the step pushes itself again before it calls, and returns OK. E_no_memory. */
err flight_enter(struct hk_op *op, enum flight_kind kind, str key, bool *mine) MUST_CHECK;
/* Ends the op's flight of that kind (if any) and wakes the waiting; takes rp->lock. */
void flight_leave(struct hk_op *op, enum flight_kind kind);
/* All of them, and its own waiting: when an op ends. */
void flight_leave_all(struct hk_op *op);
/* Whether the op still waits. */
bool flight_waits(struct hk_op *op);
/* Blocks until the op may go on. */
void flight_block(struct hk_op *op);

#endif
