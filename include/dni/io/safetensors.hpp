// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <dni/core/error.hpp>
#include <dni/core/shape.hpp>
#include <dni/io/bytes.hpp>
#include <dni/io/named_tensor.hpp>
#include <dni/io/number_type.hpp>

namespace dni::io
{
namespace detail
{
inline constexpr std::pair<std::string_view, number_type> safetensors_types[] = {
    {"BOOL", number_type::boolean}, {"I8", number_type::int8},     {"I16", number_type::int16},     {"I32", number_type::int32},
    {"I64", number_type::int64},    {"U8", number_type::uint8},    {"U16", number_type::uint16},    {"U32", number_type::uint32},
    {"U64", number_type::uint64},   {"F16", number_type::float16}, {"BF16", number_type::bfloat16}, {"F32", number_type::float32},
    {"F64", number_type::float64}};

inline constexpr std::string_view metadata_key = "__metadata__";

// Names and values of a header for people: quoted, in ASCII, not longer than a line.
inline std::string in_short(const nlohmann::json& value)
{
    constexpr std::size_t longest = 100;
    const std::string text = value.dump(-1, ' ', true);
    return text.size() <= longest ? text : text.substr(0, longest) + "…";
}

// JSON whose objects name nothing twice and that is no deeper than the format needs.
inline nlohmann::json parse_header(std::string_view text, const cursor& file)
{
    using event = nlohmann::json::parse_event_t;
    constexpr std::size_t deepest = 3;
    std::array<std::set<std::string>, deepest + 1> names;
    const auto watch = [&](int depth, event what, nlohmann::json& value)
    {
        const auto level = static_cast<std::size_t>(depth);
        if (level >= deepest && (what == event::object_start || what == event::array_start))
        {
            file.fail("a header of tensors with dtype, shape and data_offsets", "deeper nested JSON");
        }
        if (what == event::object_start)
        {
            names[level + 1].clear();
        }
        else if (what == event::key && !names[level].insert(value.get<std::string>()).second)
        {
            file.fail("each name once in an object of the header", in_short(value) + " twice");
        }
        return true;
    };
    const auto no_json = [&](std::size_t byte)
    { return parse_error(file.name() + ", byte " + std::to_string(file.position() - text.size() + byte), "JSON", "something else"); };
    if (const auto zero = text.find('\0'); zero != std::string_view::npos)
    {
        throw no_json(zero);  // the parser would stop there and be content
    }
    try
    {
        return nlohmann::json::parse(text, watch);
    }
    catch (const nlohmann::json::parse_error& problem)
    {
        throw no_json(problem.byte - 1);
    }
    catch (const nlohmann::json::out_of_range&)
    {
        file.fail("numbers in a double's range in the header", "one beyond");
    }
}

// One entry of the header, checked by itself: from where to where its bytes lie, and a tensor that has none yet.
struct claimed_tensor
{
    named_tensor tensor;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

inline claimed_tensor read_entry(const std::string& name, const nlohmann::json& entry, const cursor& file)
{
    const auto fail = [&](const std::string& expected, const nlohmann::json& found)
    { file.fail("in tensor " + in_short(name) + " " + expected, in_short(found)); };
    if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") || !entry.contains("shape") || !entry.contains("data_offsets"))
    {
        fail("dtype, shape and data_offsets", entry);
    }
    const auto integers = [&](const char* key)
    {
        const auto& list = entry[key];
        if (!list.is_array() || !std::ranges::all_of(list, [](const auto& one) { return one.is_number_unsigned(); }))
        {
            fail(std::string("a list of integers from 0 to 2^64 - 1 as ") + key, list);
        }
        return list.get<std::vector<std::uint64_t>>();
    };

    const auto& dtype = entry["dtype"];
    const auto known = std::ranges::find_if(safetensors_types, [&](const auto& type) { return dtype == nlohmann::json(type.first); });
    if (known == std::end(safetensors_types))
    {
        fail("a dtype of BOOL, I8, I16, I32, I64, U8, U16, U32, U64, F16, BF16, F32, F64", dtype);
    }
    const auto shape = integers("shape");
    const auto offsets = integers("data_offsets");
    if (offsets.size() != 2 || offsets[0] > offsets[1])
    {
        fail("data_offsets [begin, end] with begin <= end", offsets);
    }
    return {{name, known->second, {shape.begin(), shape.end()}, {}}, offsets[0], offsets[1]};
}
}

//! @brief The tensors and texts in the bytes of a safetensors file, in the order of their data.
//! @details Layout: the size of the header (64 bits, little endian), the header in JSON, the data. Nothing the header claims is believed: tensors must
//!          fill the data without gap or overlap, each as many bytes as its type and shape need; memory is taken only after that.
//! @errors parse_error that says at which byte or in which tensor, what was expected and what was found
//! @cost time and memory in proportion to the bytes
//! @source https://huggingface.co/docs/safetensors
//! @verified tests/io/safetensors_test.cpp
inline named_tensors parse_safetensors(std::span<const std::byte> data, std::string name = "safetensors in memory")
{
    cursor file(data, std::move(name));
    const auto size = file.read<std::uint64_t>(std::endian::little, "header size");
    constexpr std::uint64_t most = 100'000'000;
    if (size > most)
    {
        file.fail("a header of at most " + std::to_string(most) + " bytes", std::to_string(size));
    }
    const auto text = as_text(file.take(static_cast<std::size_t>(size), "header"));
    if (text.empty() || text[0] != '{')
    {
        file.fail("a header that begins with {", text.empty() ? "none" : "something else");
    }
    const auto header = detail::parse_header(text, file);

    named_tensors result;
    std::vector<detail::claimed_tensor> claims;
    for (const auto& [key, entry] : header.items())
    {
        if (key != detail::metadata_key)
        {
            claims.push_back(detail::read_entry(key, entry, file));
            continue;
        }
        if (!entry.is_object())
        {
            file.fail("texts with names as __metadata__", detail::in_short(entry));
        }
        for (const auto& [about, value] : entry.items())
        {
            if (!value.is_string())
            {
                file.fail("a text as metadata " + detail::in_short(about), detail::in_short(value));
            }
            result.metadata[about] = value.get<std::string>();
        }
    }

    std::ranges::sort(claims, {}, [](const auto& claim) { return std::pair(claim.begin, claim.end); });
    const std::size_t all = file.remaining();
    std::uint64_t reached = 0;
    for (auto& claim : claims)
    {
        const std::string tensor = "tensor " + detail::in_short(claim.tensor.name);
        if (claim.begin != reached)
        {
            file.fail("data of " + tensor + " from " + std::to_string(reached) + ", where the data before it ends", std::to_string(claim.begin));
        }
        if (claim.end > all)
        {
            file.fail("data of " + tensor + " within " + std::to_string(all) + " bytes", "an end at " + std::to_string(claim.end));
        }
        reached = claim.end;
        const auto stored = file.take(static_cast<std::size_t>(claim.end - claim.begin), "data");
        detail::count_claimed(cursor(stored, file.name() + ", " + tensor), claim.tensor.type, claim.tensor.shape);
        claim.tensor.data.assign(stored.begin(), stored.end());
        result.tensors.push_back(std::move(claim.tensor));
    }
    if (file.remaining() > 0)
    {
        file.fail("the end, after the data of the last tensor", std::to_string(file.remaining()) + " more bytes");
    }
    return result;
}

//! @brief `parse_safetensors` on the bytes of a file.
inline named_tensors load_safetensors(const std::filesystem::path& path)
{
    return parse_safetensors(read_file(path), path.string());
}

//! @brief Tensors and texts as the bytes of a safetensors file: those of wide numbers first, so that all data are aligned, else in the given order.
//! @errors value_error for a name that is used twice or that the format keeps for itself, and for text that is no UTF-8; parse_error where data and
//!         shape of a tensor do not fit
//! @verified tests/io/safetensors_test.cpp
inline bytes format_safetensors(const named_tensors& content)
{
    std::vector<const named_tensor*> order;
    for (const auto& one : content.tensors)
    {
        order.push_back(&one);
    }
    std::ranges::stable_sort(order, std::greater<>{}, [](const named_tensor* one) { return size_of(one->type); });

    auto header = nlohmann::json::object();
    header[detail::metadata_key] = content.metadata;
    std::size_t end = 0;
    for (const auto* one : order)
    {
        if (header.contains(one->name))
        {
            throw value_error("format_safetensors", "a name of its own for each tensor", "\"" + one->name + "\" again");
        }
        detail::count_claimed(cursor(one->data, one->name), one->type, one->shape);
        const auto known = std::ranges::find(detail::safetensors_types, one->type, &std::pair<std::string_view, number_type>::second);
        header[one->name] = {{"dtype", known->first}, {"shape", one->shape}, {"data_offsets", {end, end + one->data.size()}}};
        end += one->data.size();
    }

    std::string text;
    try
    {
        text = header.dump();
    }
    catch (const nlohmann::json::type_error&)
    {
        throw value_error("format_safetensors", "names and texts in UTF-8", "other bytes");
    }
    text.resize((text.size() + 7) / 8 * 8, ' ');

    bytes result(sizeof(std::uint64_t) + text.size() + end);
    store(result.data(), static_cast<std::uint64_t>(text.size()), std::endian::little);
    auto to = std::ranges::copy(as_bytes(text), result.begin() + sizeof(std::uint64_t)).out;
    for (const auto* one : order)
    {
        to = std::ranges::copy(one->data, to).out;
    }
    return result;
}
}
