// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/core/error.hpp>
#include <dni/core/xtensor.hpp>
#include <dni/data/sequences.hpp>
#include <dni/io/idx.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace dni::data
{

//! @brief How an image becomes a sequence: a step per row of pixels, or a step per pixel.
enum class scan
{
    rows,
    pixels
};

//! @brief Images as sequences: [S, height, width] grey values 0 … 255 become S sequences of `height` steps of `width`
//! features (or of height · width steps of one), values in [0, 1]; labels [S].
//!
//! Throws `shape_error` where the numbers of images and labels differ or an image has no pixel.
//! @verified tests/data/images_test.cpp
[[nodiscard]] inline sequences images(const tensor<std::uint8_t, 3>& pixels, const tensor<std::int32_t, 1>& labels,
                                      scan order = scan::rows)
{
    const std::size_t count = pixels.shape(0);
    const std::size_t size = pixels.shape(1) * pixels.shape(2);
    if (labels.shape(0) != count)
        throw shape_error("images: labels", std::to_string(count) + ", one per image", std::to_string(labels.shape(0)));
    if (count > 0 && size == 0)
        throw shape_error("images: pixels", "at least one per image", "none");

    const std::size_t features = order == scan::rows ? pixels.shape(2) : 1;
    const std::size_t steps = count > 0 ? size / features : 0;
    sequences result;
    result.values = tensor<float, 2>::from_shape({count * steps, features});
    for (std::size_t i = 0; i < pixels.size(); ++i)
        result.values.data()[i] = static_cast<float>(pixels.data()[i]) / 255.0f;
    for (std::size_t i = 0; i < count; ++i)
        result.offsets.push_back((i + 1) * steps);
    result.labels.assign(labels.data(), labels.data() + count);
    result.check();
    return result;
}

//! @brief Images and labels from the bytes of two IDX files, as MNIST's (unpack them with `io::read_maybe_gz` of
//! <dni/io.hpp>). Throws `parse_error` or `shape_error` for bytes that are not that.
//! @verified tests/data/images_test.cpp
[[nodiscard]] inline sequences parse_idx_images(std::span<const std::byte> pixels, std::span<const std::byte> labels,
                                                scan order = scan::rows)
{
    return images(io::parse_idx<std::uint8_t, 3>(pixels, "images"), io::parse_idx<std::int32_t, 1>(labels, "labels"),
                  order);
}

}
