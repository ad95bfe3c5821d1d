// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// The step of a recurrent layer as the library has it under `noise::none`, and, with -DWITHOUT_POLICY, as somebody writes it who has
// never heard of noise. compare_code.py wants the same instructions.
#include <array>
#include <cstddef>

#include <dni/cell/lstm.hpp>
#include <dni/crossbar/memory_array.hpp>
#include <dni/layer/cell_step.hpp>

using namespace dni;

#ifdef WITHOUT_POLICY
struct product
{
    wiring wires;
    packed_matrix<float> matrix;
    table<float> bias;

    void forward(matrix_view<float> u, matrix_view<float>, matrix_view<float> y, matrix_view<float>, const row_keys&) const noexcept
    {
        matrix.multiply(u, bias.data(), y);
    }
};
#else
using product = memory_array<policies<noise::none>>;
#endif

void kernel(const product& array, matrix_view<float> u, matrix_view<float> y, const row_keys& keys, std::size_t hidden,
            const std::array<const float*, 2>& before, float* tape, float* out) noexcept
{
    array.forward(u, {}, y, {}, keys);
    detail::forward_cells<cell::lstm, float>(hidden, y.data, before, tape, out);
}
