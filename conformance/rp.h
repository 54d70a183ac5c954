/* `hitkey-conformance rp`: the Foundation's plans for relying parties. */
#ifndef CONFORMANCE_RP_H
#define CONFORMANCE_RP_H

/* argv[0] is "rp". The program's exit status: 0 nothing failed, 1 something did, 2 usage. */
int rp_main(int argc, char **argv);

#endif
