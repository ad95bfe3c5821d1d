/* SPDX-FileCopyrightText: the dni authors
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * Runs an exported network, net.c: sequences of STEPS steps from the standard input, outputs to the standard output.
 */
#include <stdio.h>

#include "net.c"

int main(void)
{
    static net_state s;
    float x[INPUTS];
    float y[OUTPUTS];
    memset(&s, 0x55, sizeof s);
    for (int step = 0; fread(x, sizeof *x, INPUTS, stdin) == INPUTS; ++step)
    {
        if (step % STEPS == 0)
        {
            net_reset(&s);
        }
        net_step(&s, x, y);
        if (fwrite(y, sizeof *y, OUTPUTS, stdout) != OUTPUTS)
        {
            return 1;
        }
    }
    return 0;
}
