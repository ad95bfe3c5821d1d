// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/same_bits.hpp"

#include <cstddef>
#include <limits>
#include <numeric>
#include <type_traits>
#include <vector>

#include <dni/core/simd.hpp>

namespace simd_test
{
using namespace dni;

TEMPLATE_TEST_CASE("simd: a walk in batches touches each element once and none beyond", "", float, double)
{
    for (std::size_t n = 0; n <= 4 * simd::width<TestType> + 3; ++n)
    {
        std::vector<TestType> values(n);
        std::iota(values.begin(), values.end(), TestType{1});
        std::size_t lanes_seen = 0;
        simd::for_each_batch<TestType>(n,
                                       [&](std::size_t j, auto lanes)
                                       {
                                           CHECK(j == lanes_seen);
                                           lanes_seen += lanes.count();
                                           lanes.store(values.data() + j, lanes.load(values.data() + j) * simd::batch<TestType>(TestType{2}));
                                       });
        CHECK(lanes_seen == n);
        for (std::size_t i = 0; i < n; ++i)
        {
            CHECK(values[i] == static_cast<TestType>(2 * (i + 1)));
        }
    }
}

TEMPLATE_TEST_CASE("simd: part of a batch reads zeros beyond its lanes and writes nothing there", "", float, double)
{
    constexpr std::size_t width = simd::width<TestType>;
    for (std::size_t count = 0; count < width; ++count)
    {
        const simd::part<TestType> lanes(count);
        const std::vector<TestType> from(count, TestType{7});
        std::vector<TestType> read(width, TestType{-1});
        lanes.load(from.data()).store_unaligned(read.data());
        std::vector<TestType> written(width, TestType{-1});
        lanes.store(written.data(), simd::batch<TestType>(TestType{3}));
        for (std::size_t i = 0; i < width; ++i)
        {
            CHECK(read[i] == (i < count ? TestType{7} : TestType{0}));
            CHECK(written[i] == (i < count ? TestType{3} : TestType{-1}));
        }
    }
}

TEMPLATE_TEST_CASE("simd: a copy has every bit and touches nothing around it", "", float, double)
{
    for (std::size_t n = 0; n <= 3 * simd::width<TestType> + 1; ++n)
    {
        std::vector<TestType> from(n);
        std::iota(from.begin(), from.end(), TestType{-1});
        if (n > 1)
        {
            from[1] = -TestType{0};
            from[n - 1] = -std::numeric_limits<TestType>::quiet_NaN();
        }
        std::vector<TestType> to(n + 2, TestType{7});
        simd::copy(from.data(), n, to.data() + 1);
        CHECK(to.front() == TestType{7});
        CHECK(to.back() == TestType{7});
        CHECK(support::same_bits(from, std::vector<TestType>(to.begin() + 1, to.end() - 1)));
    }
}

TEMPLATE_TEST_CASE("simd: the sum takes the lanes in ascending order", "", float, double)
{
    std::vector<TestType> lanes(simd::width<TestType>);
    TestType expected{0};
    for (std::size_t i = 0; i < lanes.size(); ++i)
    {
        lanes[i] = TestType{1} / static_cast<TestType>(3 + 7 * i);
        expected += lanes[i];
    }
    CHECK(support::same_bits(simd::sum<TestType>(simd::batch<TestType>::load_unaligned(lanes.data())), expected));
}

TEST_CASE("simd: the element of a number and of a batch")
{
    STATIC_REQUIRE(std::is_same_v<simd::element_t<float>, float>);
    STATIC_REQUIRE(std::is_same_v<simd::element_t<simd::batch<double>>, double>);
    CHECK(simd::constant<float>(2.0f) == 2.0f);
    CHECK(simd::sum<double>(simd::constant<simd::batch<double>>(1.0)) == static_cast<double>(simd::width<double>));
}

TEMPLATE_TEST_CASE("simd: a product and a sum are rounded as `fused` says, in a number and in every lane", "", float, double)
{
    // (1 + e)² = 1 + 2 e + e²: with e² below half a unit in the last place it shows only where the product is not rounded first
    const TestType e = std::numeric_limits<TestType>::epsilon();
    const TestType found = simd::multiply_add(1 + e, 1 + e, -1 - 2 * e);
    CHECK(found == (simd::fused ? e * e : TestType{0}));

    const simd::batch<TestType> factor(1 + e);
    std::vector<TestType> lanes(simd::width<TestType>);
    simd::multiply_add(factor, factor, simd::batch<TestType>(-1 - 2 * e)).store_unaligned(lanes.data());
    for (const TestType lane : lanes)
    {
        CHECK(lane == found);
    }
}
}
