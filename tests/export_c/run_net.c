/* SPDX-FileCopyrightText: the dni authors
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * Runs an exported network, net.c, in FIXED point or not: sequences of STEPS steps of floats from the standard input, outputs to the standard output.
 */
#include <stdio.h>

#include "net.c"

#if FIXED
typedef int16_t number;
#else
typedef float number;

static number net_from_float(float value)
{
    return value;
}

static float net_to_float(number n)
{
    return n;
}
#endif

int main(void)
{
    static net_state s;
    float x[INPUTS];
    float y[OUTPUTS];
    number converted_x[INPUTS];
    number converted_y[OUTPUTS];
    memset(&s, 0x55, sizeof s);
    for (int step = 0; fread(x, sizeof *x, INPUTS, stdin) == INPUTS; ++step)
    {
        if (step % STEPS == 0)
        {
            net_reset(&s);
        }
        for (int i = 0; i < INPUTS; ++i)
        {
            converted_x[i] = net_from_float(x[i]);
        }
        net_step(&s, converted_x, converted_y);
        for (int o = 0; o < OUTPUTS; ++o)
        {
            y[o] = net_to_float(converted_y[o]);
        }
        if (fwrite(y, sizeof *y, OUTPUTS, stdout) != OUTPUTS)
        {
            return 1;
        }
    }
    return 0;
}
