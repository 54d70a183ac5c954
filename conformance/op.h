/* `hitkey-conformance op`: the Foundation's plans for OpenID providers. */
#ifndef CONFORMANCE_OP_H
#define CONFORMANCE_OP_H

/* argv[0] is "op". The program's exit status: 0 nothing failed, 1 something did, 2 usage. */
int op_main(int argc, char **argv);

#endif
