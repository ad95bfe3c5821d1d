// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <dni/data/batch.hpp>

namespace batch_test
{
using namespace dni;
using sizes_of = std::vector<std::size_t>;

namespace
{
//! Four sequences of two features; value 100 i + 10 s + f says where it is from.
data::sequences four(data::per per)
{
    data::sequences set;
    set.per = per;
    set.offsets = {0, 2, 6, 7, 11};
    set.values = tensor<float, 2>::from_shape({11, 2});
    set.targets = tensor<float, 2>::from_shape({per == data::per::step ? 11u : 4u, 3u});
    for (std::size_t i = 0; i < 4; ++i)
    {
        for (std::size_t s = 0; s < set.length(i); ++s)
        {
            for (std::size_t f = 0; f < 2; ++f)
            {
                set.values(set.offsets[i] + s, f) = static_cast<float>(100 * i + 10 * s + f);
            }
            if (per == data::per::step)
            {
                set.labels.push_back(static_cast<std::int32_t>(10 * i + s));
            }
        }
        if (per == data::per::sequence)
        {
            set.labels.push_back(static_cast<std::int32_t>(i));
        }
    }
    for (std::size_t r = 0; r < set.targets.shape(0); ++r)
    {
        for (std::size_t o = 0; o < 3; ++o)
        {
            set.targets(r, o) = static_cast<float>(r) + 0.25f * static_cast<float>(o);
        }
    }
    set.check();
    return set;
}
}

TEST_CASE("packing: samples by descending length, steps without padding")
{
    const sizes_of lengths{2, 4, 1, 4};
    const std::vector<std::uint64_t> ids{50, 51, 52, 53};
    const data::packing shape(lengths, ids, 7);
    CHECK(shape.samples() == 4);
    CHECK(shape.steps() == 4);
    CHECK(shape.rows() == 11);
    CHECK(shape.first_step() == 7);
    const sizes_of order{1, 3, 0, 2};  // of equal lengths the first given stands first
    for (std::size_t b = 0; b < 4; ++b)
    {
        CHECK(shape.original(b) == order[b]);
        CHECK(shape.length(b) == lengths[order[b]]);
        CHECK(shape.id(b) == ids[order[b]]);
    }
    const sizes_of active{4, 3, 2, 2};
    std::size_t next = 0;
    for (std::size_t s = 0; s < 4; ++s)
    {
        CHECK(shape.active(s) == active[s]);
        for (std::size_t b = 0; b < active[s]; ++b)
        {
            CHECK(shape.row(s, b) == next++);
        }
    }
    CHECK(next == shape.rows());
}

TEST_CASE("packing: empty, and what cannot be packed")
{
    CHECK(data::packing().samples() == 0);
    CHECK(data::packing().rows() == 0);
    CHECK(data::packing().steps() == 0);
    CHECK(data::packing(sizes_of{}, std::vector<std::uint64_t>{}).rows() == 0);
    CHECK_THROWS_AS(data::packing(sizes_of{1, 2}, std::vector<std::uint64_t>{0}), shape_error);
    CHECK_THROWS_WITH(data::packing(sizes_of{3, 0}, std::vector<std::uint64_t>{0, 1}), "packing: sample 1: expected a length of at least 1, found 0");
}

TEST_CASE("batch: fill takes values, labels, targets and ids of the chosen sequences")
{
    const auto per = GENERATE(data::per::sequence, data::per::step);
    const auto set = four(per);
    data::batch<double> batch;
    batch.fill(set, sizes_of{0, 1, 2, 3});  // a second fill uses the memory again
    const sizes_of chosen{2, 0, 3, 0};      // one of them twice
    batch.fill(set, chosen);

    CHECK(batch.per == per);
    CHECK(batch.features() == 2);
    CHECK(batch.shape.rows() == 1 + 2 + 4 + 2);
    CHECK(batch.owners() == (per == data::per::step ? 9u : 4u));
    REQUIRE(batch.labels.size() == batch.owners());
    REQUIRE(batch.targets.view().rows == batch.owners());
    const sizes_of expected{3, 0, 0, 2};
    for (std::size_t b = 0; b < 4; ++b)
    {
        const std::size_t i = expected[b];
        CHECK(batch.shape.id(b) == i);
        for (std::size_t s = 0; s < set.length(i); ++s)
        {
            const std::size_t row = batch.shape.row(s, b);
            for (std::size_t f = 0; f < 2; ++f)
            {
                CHECK(batch.values.view().row(row)[f] == static_cast<double>(100 * i + 10 * s + f));
            }
            const std::size_t owner = per == data::per::step ? row : b;
            const std::size_t source = per == data::per::step ? set.offsets[i] + s : i;
            CHECK(batch.labels[owner] == static_cast<std::int32_t>(per == data::per::step ? 10 * i + s : i));
            CHECK(batch.targets.view().row(owner)[2] == static_cast<double>(source) + 0.5);
        }
    }
}

TEST_CASE("batch: without labels and targets there are none")
{
    auto set = four(data::per::sequence);
    set.labels.clear();
    set.targets = tensor<float, 2>::from_shape({0, 0});
    data::batch<float> batch;
    batch.fill(set, sizes_of{1, 2});
    CHECK(batch.labels.empty());
    CHECK(batch.targets.view().rows == 0);
    batch.fill(four(data::per::sequence), sizes_of{1, 2});
    CHECK(batch.labels.size() == 2);
    batch.fill(set, sizes_of{1});
    CHECK(batch.labels.empty());
    CHECK(batch.targets.view().rows == 0);
}

TEST_CASE("batch: an index the data set does not have")
{
    data::batch<float> batch;
    CHECK_THROWS_WITH(batch.fill(four(data::per::sequence), sizes_of{1, 4}), "batch::fill: expected indices below 4, found 4");
}

TEST_CASE("batch: augmentation sees each sequence whole, with its id, and leaves the data set alone")
{
    const auto set = four(data::per::sequence);
    data::batch<float> batch;
    batch.fill(set, sizes_of{1, 3},
               [&](std::span<float> values, std::size_t features, std::uint64_t id)
               {
                   CHECK(features == 2);
                   CHECK(values.size() == set.length(id) * 2);
                   CHECK(values[0] == static_cast<float>(100 * id));
                   std::ranges::fill(values, static_cast<float>(id));
               });
    for (std::size_t b = 0; b < 2; ++b)
    {
        for (std::size_t s = 0; s < batch.shape.length(b); ++s)
        {
            CHECK(batch.values.view().row(batch.shape.row(s, b))[1] == static_cast<float>(batch.shape.id(b)));
        }
    }
    CHECK(set.values(2, 0) == 100.0f);
}

TEST_CASE("batch: steps cuts a part out, with its absolute step, without the samples that have ended")
{
    const auto set = four(data::per::step);
    data::batch<float> whole;
    whole.fill(set, sizes_of{0, 1, 2, 3});
    std::size_t rows = 0;
    for (const std::size_t first : {0u, 3u})
    {
        const auto part = whole.steps(first, 3);
        rows += part.shape.rows();
        CHECK(part.shape.first_step() == first);
        CHECK(part.per == data::per::step);
        CHECK(part.shape.samples() == whole.shape.active(first));
        CHECK(part.labels.size() == part.shape.rows());
        for (std::size_t b = 0; b < part.shape.samples(); ++b)
        {
            CHECK(part.shape.id(b) == whole.shape.id(b));
            CHECK(part.shape.length(b) == std::min<std::size_t>(3, whole.shape.length(b) - first));
            for (std::size_t s = 0; s < part.shape.length(b); ++s)
            {
                const std::size_t to = part.shape.row(s, b);
                const std::size_t from = whole.shape.row(first + s, b);
                CHECK(std::ranges::equal(part.values.view().row(to), std::as_const(whole).values.view().row(from)));
                CHECK(std::ranges::equal(part.targets.view().row(to), std::as_const(whole).targets.view().row(from)));
                CHECK(part.labels[to] == whole.labels[from]);
            }
        }
    }
    CHECK(rows == whole.shape.rows());
    CHECK(whole.steps(1, 3).steps(1, 1).shape.first_step() == 2);

    CHECK_THROWS_AS(whole.steps(4, 1), value_error);
    CHECK_THROWS_AS(whole.steps(0, 0), value_error);
    CHECK(whole.steps(3, 1000).shape.steps() == 1);

    data::batch<float> by_sequence;
    by_sequence.fill(four(data::per::sequence), sizes_of{0, 1});
    CHECK_THROWS_AS(by_sequence.steps(0, 1), value_error);
}

TEST_CASE("pack and unpack: a padded array there and back, whatever the padding holds")
{
    auto x = tensor<double, 3>::from_shape({4, 3, 2});
    for (std::size_t i = 0; i < x.size(); ++i)
    {
        x.data()[i] = static_cast<double>(i) + 1;
    }
    const sizes_of lengths{2, 4, 1};
    const auto packed = data::pack<double>(x, lengths);
    CHECK(packed.shape.rows() == 7);
    const auto back = data::unpack<double>(packed.values.view(), packed.shape);
    for (std::size_t s = 0; s < 4; ++s)
    {
        for (std::size_t b = 0; b < 3; ++b)
        {
            CHECK(back(s, b, 1) == (s < lengths[b] ? x(s, b, 1) : 0.0));
        }
    }
    workspace_matrix<double> per_sample;
    const auto rows = per_sample.resize(3, 1);
    for (std::size_t b = 0; b < 3; ++b)
    {
        rows.row(b)[0] = static_cast<double>(packed.shape.length(b));
    }
    const auto ordered = data::unpack_samples<double>(rows, packed.shape);
    CHECK(ordered(0, 0) == 2.0);
    CHECK(ordered(1, 0) == 4.0);
    CHECK(ordered(2, 0) == 1.0);
}

TEST_CASE("pack: lengths that do not fit the array")
{
    const auto x = tensor<float, 3>::from_shape({4, 3, 2});
    CHECK_THROWS_WITH(data::pack<float>(x, sizes_of{1, 2}), support::contains("3 lengths"));
    CHECK_THROWS_WITH(data::pack<float>(x, sizes_of{1, 2, 5}), "pack: sample 2: expected at most 4 steps, found 5");
    CHECK_THROWS_AS(data::pack<float>(x, sizes_of{1, 0, 2}), value_error);
}
}
