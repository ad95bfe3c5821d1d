// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include <dni/noise/crossing.hpp>
#include <dni/random/key.hpp>

namespace dni::noise
{
//! @brief Whose vector it is that noise is drawn for, and when.
struct moment
{
    key pass{};                //!< of the array in this pass
    key chip{};                //!< of the array on this chip
    std::uint64_t sample = 0;
    std::size_t step = 0;      //!< absolute, in the walk's own order
    std::span<const crossing> crossings{};  //!< at the weights of an array with devices: where each stands

    //! @brief The same moment in part i of what `pass` and `chip` belong to: a layer of a network, a walk of a layer.
    [[gnu::always_inline]] constexpr moment of_part(std::size_t i) const noexcept { return {pass.with(i), chip.with(i), sample, step}; }
};

//! @brief How long a draw lives: a type that makes a key of a moment. Draws of equal keys are the same bits.
namespace lifetime
{
//! @brief Fresh for each sample and step.
struct product
{
    static constexpr bool by_sample = true;
    static constexpr bool by_step = true;
    static constexpr const char* name = "fresh for each sample and step";
    static constexpr key of(const moment& m) noexcept { return m.pass.with(m.sample).with(m.step); }
};

//! @brief Fresh for each step, shared by the batch: what all samples meet at the same time, as a supply's ripple.
struct step
{
    static constexpr bool by_sample = false;
    static constexpr bool by_step = true;
    static constexpr const char* name = "fresh for each step, shared by the batch";
    static constexpr key of(const moment& m) noexcept { return m.pass.with(m.step); }
};

//! @brief One draw for a sequence, the same at all its steps.
struct sequence
{
    static constexpr bool by_sample = true;
    static constexpr bool by_step = false;
    static constexpr const char* name = "one draw for a sequence";
    static constexpr key of(const moment& m) noexcept { return m.pass.with(m.sample); }
};

//! @brief One draw for a pass (a mini-batch in training), shared by the batch.
struct pass
{
    static constexpr bool by_sample = false;
    static constexpr bool by_step = false;
    static constexpr const char* name = "one draw for a pass, shared by the batch";
    static constexpr key of(const moment& m) noexcept { return m.pass; }
};

//! @brief One draw for a chip, the same in all passes: mismatch of devices, errors of programming.
struct chip
{
    static constexpr bool by_sample = false;
    static constexpr bool by_step = false;
    static constexpr const char* name = "one draw for a chip";
    static constexpr key of(const moment& m) noexcept { return m.chip; }
};
}

//! @brief A lifetime makes a key of a moment and says whether sample and step enter it; `name` tells people.
//! Models: those of namespace lifetime, or your own, as one that draws anew every ten steps.
template <class L>
concept draw_lifetime = requires(const moment& m) {
    {
        L::of(m)
    } -> std::same_as<key>;
    requires std::same_as<decltype(L::by_sample), const bool>;
    requires std::same_as<decltype(L::by_step), const bool>;
    {
        L::name
    } -> std::convertible_to<const char*>;
};
}
