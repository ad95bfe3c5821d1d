// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "eval/tiny.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/random_sequences.hpp"
#include "support/same_bits.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <dni/eval/calibrate_converters.hpp>
#include <dni/eval/describe.hpp>
#include <dni/export/model_file.hpp>
#include <dni/export/streaming.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/optim/adam.hpp>
#include <dni/precision/converted.hpp>
#include <dni/train/checkpoint.hpp>
#include <dni/train/trainer.hpp>
#include <dni/train/weight_clipping.hpp>

namespace learned_bound_test
{
using namespace dni;
using namespace dni::precision;
using support::contains;

namespace
{
using chip_type = policies<noise::gaussian<snr_db>, converted<dac<learned_bound>, adc<learned_bound>>>;
using model = network<recurrent<cell::lstm, chip_type>, last_step, dense<chip_type>>;

const data::sequences& digits()
{
    static const auto set = tiny::labelled(160, tiny::make());
    return set;
}

model make(double bound, std::uint64_t s = 7)
{
    model net(tiny::sizes, seed{s});
    net.converters({.dac = bits{6}, .adc = bits{4}, .dac_full_scale = full_scale{2}, .adc_full_scale = full_scale{bound}});
    return net;
}

double bound_of(const model& net, const std::string& name) { return std::exp(static_cast<double>(net.weights()[net.parameters()[name].offset])); }

//! Puts the bounds of outputs back after each step.
struct holding
{
    double bound;

    void on_step(model& net, const step_record&) const { net.converters({.adc_full_scale = full_scale{bound}}); }
};

const fit_options options{.epochs = 20, .batch = 20, .clip_norm = 1, .progress = false};

template <class... Callbacks>
double loss_after(model& net, Callbacks... callbacks)
{
    trainer teacher(net, adam{.rate = 0.05}, cross_entropy{});
    return teacher.fit(digits(), options, callbacks...).epochs.back().train_loss;
}
}

TEST_CASE("learned bounds: training moves one that was chosen badly, and loses less than where it stays")
{
    // nearly everything saturates, or everything is rounded to zero; held at 0.1, no loss is below ln(1 + 3 exp(-0.2)) = 1.24
    for (const double bad : {0.1, 60.0})
    {
        CAPTURE(bad);
        auto held = make(bad);
        auto free = make(bad);
        const double loss_held = loss_after(held, holding{bad});
        const double loss_free = loss_after(free);
        CAPTURE(loss_held, loss_free);
        CHECK(loss_free < 0.8 * loss_held);
        const double learned = bound_of(free, "2.adc_log_bound");
        CAPTURE(learned, bound_of(free, "0.adc_log_bound_l0"));
        CHECK((bad < 1 ? learned > 2 * bad : learned < bad / 2));
        CHECK(bound_of(held, "2.adc_log_bound") == Approx(bad));
    }
}

TEST_CASE("learned bounds: a run on two threads, killed and gone on with, ends with the same bits")
{
    const auto path = std::filesystem::temp_directory_path() / "dni_learned_bound_test";
    std::filesystem::remove(path);
    auto chosen = options;
    chosen.epochs = 4;
    chosen.validation = 0.25;
    chosen.keep_best = true;
    chosen.noise = snr_db{15};
    const adamw method{.rate = 0.02, .decay = 0.1};

    auto whole = make(2);
    trainer(whole, method, cross_entropy{}).fit(digits(), chosen);

    auto first = make(2);
    first.threads(2);
    struct killed
    {
    };
    struct kill
    {
        void on_step(const model&, const step_record& record) const
        {
            if (record.step == 15)
            {
                throw killed{};
            }
        }
    };
    trainer before(first, method, cross_entropy{});
    CHECK_THROWS_AS(before.fit(digits(), chosen, kill{}, checkpoint(path)), killed);
    auto second = make(9, 99);
    trainer after(second, method, cross_entropy{});
    resume(after, path);
    after.fit(digits(), chosen);
    CHECK(support::same_bits(std::as_const(second).weights(), std::as_const(whole).weights()));
    CHECK(bound_of(second, "0.dac_log_bound_l0") != Approx(2));
    std::filesystem::remove(path);
}

TEST_CASE("learned bounds: a stored network comes back with them, and streams with them")
{
    const auto path = std::filesystem::temp_directory_path() / "dni_learned_bound_test.safetensors";
    auto net = make(2);
    loss_after(net);
    save_model(net, path);
    auto other = make(5, 99);
    load_model(other, path);
    std::filesystem::remove(path);
    CHECK(support::same_bits(std::as_const(other).weights(), std::as_const(net).weights()));
    CHECK(describe(other) == describe(net));
    CHECK(support::same_bits(predict(other, digits()), predict(net, digits())));

    const auto one = tiny::some(1, seed{4});
    const auto y = support::elements(net.infer(support::batch_of<float>(one), {}));
    streaming live(net, key{});
    std::span<const float> last;
    for (std::size_t row = 0; row < one.values.shape(0); ++row)
    {
        last = live.step(one.sequence(0).subspan(3 * row, 3));
    }
    CHECK(support::same_bits(last, y));

    // without learned bounds it is another network
    using constant = policies<noise::gaussian<snr_db>, converted<dac<learned_bound>, adc<constant_bound>>>;
    network<recurrent<cell::lstm, constant>, last_step, dense<constant>> simpler(tiny::sizes, seed{1});
    CHECK_THROWS_WITH(restore(simpler, store(net), "here"), contains("0.adc_log_bound_l0") && contains("learned bound"));
}

TEST_CASE("learned and running bounds: what is no bound is refused, and changes nothing")
{
    auto net = make(2);
    CHECK_THROWS_AS(net.for_each_converter([&](auto& one) { net.bound(one, full_scale{-1}); }), value_error);
    CHECK(bound_of(net, "2.adc_log_bound") == Approx(2));
    auto other = make(5, 99);
    for (const float t : {-200.0f, 200.0f})  // in float a bound of zero, and an infinite one
    {
        net.weights()[net.parameters()["2.adc_log_bound"].offset] = t;
        CHECK_THROWS_WITH(restore(other, store(net), "here"), contains("bound 2.") && contains("a positive, finite full scale"));
        CHECK(bound_of(other, "2.adc_log_bound") == Approx(5));
    }

    using following = policies<noise::none, converted<dac<running_bound>, infinite>>;
    network<dense<following>> from(3, seed{1}, {4});
    auto to = from;
    from.weights()[from.parameters()["0.dac_bound"].offset] = -3;
    CHECK_THROWS_WITH(restore(to, store(from), "here"), contains("a positive, finite full scale") && contains("-3"));
}

TEST_CASE("learned bounds: describe says each as it is, and that it is learned")
{
    auto net = make(2);
    CHECK_THAT(describe(net), contains("ADC: 4 bits, bound 2, step 0.2857") && contains("learned bound, rounding nearest"));
    net.weights()[net.parameters()["2.adc_log_bound"].offset] = std::log(5.0f);
    CHECK_THAT(describe(net), contains("ADC: 4 bits, bound 5, step 0.714"));
}

TEST_CASE("learned bounds: parameters behind those of the layer, which start anew from the full scale set")
{
    auto net = make(3);
    std::vector<std::string> names;
    for (const auto& p : net.parameters())
    {
        names.push_back(p.name);
    }
    CHECK(names
          == std::vector<std::string>{"0.weight_ih_l0", "0.weight_hh_l0", "0.bias_ih_l0", "0.bias_hh_l0", "0.dac_log_bound_l0", "0.adc_log_bound_l0", "2.weight",
                                      "2.bias", "2.dac_log_bound", "2.adc_log_bound"});
    CHECK(net.parameters().size() == tiny::make().parameters().size() + 4);
    const std::vector<float> before(std::as_const(net).weights().begin(), std::as_const(net).weights().end());
    loss_after(net);
    CHECK(bound_of(net, "2.adc_log_bound") != Approx(3));
    net.initialize(seed{7});
    CHECK(support::same_bits(std::as_const(net).weights(), std::span<const float>(before)));
}

TEST_CASE("learned bounds: a view starts anew from the full scales of its network")
{
    auto net = make(3);
    auto view = with_noise<noise::none>(net);
    loss_after(net);
    view.initialize(seed{7});
    CHECK(bound_of(net, "2.adc_log_bound") == Approx(3));
}

TEST_CASE("running bounds: before anything was seen, and where it is infinite, they stay")
{
    using following = policies<noise::none, converted<dac<running_bound>, infinite>>;
    network<dense<following>> net(3, seed{1}, {4});
    const auto bound = [&] { return std::as_const(net).weights()[net.parameters()["0.dac_bound"].offset]; };
    const float before = bound();
    net.follow();
    CHECK(bound() == before);
    net.for_each_converter([](auto& one) { one.range.reached = INFINITY; });
    net.follow();
    CHECK(bound() == before);
}

TEST_CASE("running bounds: a step of training moves each to the mean of the largest magnitudes, an optimizer does not, inference neither")
{
    using following = policies<noise::none, converted<dac<running_bound>, adc<running_bound>>>;
    using one_layer = network<last_step, dense<following>>;
    auto set = tiny::some(40, seed{4});
    set.per = data::per::sequence;
    set.labels.assign(40, 1);
    double at_input = 0;
    for (std::size_t s = 0; s < 40; ++s)
    {
        at_input += static_cast<double>(simd::largest_magnitude(std::span<const float>(set.sequence(s).last(3)))) / 40;
    }
    const auto bounds_after = [&](std::size_t epochs, std::size_t threads, std::optional<double> share = {})
    {
        one_layer net(3, seed{1}, {}, {4});
        net.converters({.dac = bits{24}, .dac_full_scale = full_scale{8}, .adc_full_scale = full_scale{4}, .running_share = share});
        net.threads(threads);
        trainer(net, adamw{.rate = 0, .decay = 0.5}, cross_entropy{}).fit(set, {.epochs = epochs, .batch = 40, .progress = false});
        const auto w = std::as_const(net).weights();
        const std::vector<float> found{w[net.parameters()["1.dac_bound"].offset], w[net.parameters()["1.adc_bound"].offset]};
        predict(net, set);
        CHECK(support::same_bits(found, std::vector<float>{w[net.parameters()["1.dac_bound"].offset], w[net.parameters()["1.adc_bound"].offset]}));
        return found;
    };
    const auto once = bounds_after(1, 1);
    CHECK(once[0] == Approx(0.9 * 8 + 0.1 * at_input));
    CHECK(bounds_after(2, 1)[0] == Approx(0.9 * static_cast<double>(once[0]) + 0.1 * at_input));
    CHECK(bounds_after(1, 1, 0.25)[0] == Approx(0.75 * 8 + 0.25 * at_input));
    one_layer measured(3, seed{1}, {}, {4});
    calibrate_converters(measured, set);
    const auto w = std::as_const(measured).weights();
    CHECK(once[1] == Approx(0.9 * 4 + 0.1 * static_cast<double>(w[measured.parameters()["1.adc_bound"].offset])));
    CHECK(support::same_bits(bounds_after(3, 1), bounds_after(3, 2)));
}

TEST_CASE("running bounds: of several arrays the mean is over the vectors of each")
{
    using following = policies<noise::none, converted<dac<running_bound>, adc<running_bound>>, mapping::tiles<2, 3>>;  // 2 stretches of inputs, 4 arrays
    network<last_step, dense<following>> net(3, seed{1}, {}, {4});
    auto set = tiny::some(40, seed{4});
    set.per = data::per::sequence;
    set.labels.assign(40, 1);
    const auto bounds = [](const auto& of)
    {
        const auto w = std::as_const(of).weights();
        return std::array{w[of.parameters()["1.dac_bound"].offset], w[of.parameters()["1.adc_bound"].offset]};
    };
    auto measured = net;
    measured.converters({.dac = bits{24}, .dac_full_scale = full_scale{8}});  // as below
    calibrate_converters(measured, set);
    net.converters({.dac = bits{24}, .dac_full_scale = full_scale{8}, .adc_full_scale = full_scale{4}});
    trainer(net, adamw{.rate = 0}, cross_entropy{}).fit(set, {.epochs = 1, .batch = 40, .progress = false});
    CHECK(bounds(net)[0] == Approx(0.9 * 8 + 0.1 * static_cast<double>(bounds(measured)[0])));
    CHECK(bounds(net)[1] == Approx(0.9 * 4 + 0.1 * static_cast<double>(bounds(measured)[1])));
}

TEST_CASE("running bounds: a share that makes none is refused, and one where no bound runs")
{
    network<last_step, dense<policies<noise::none, converted<dac<running_bound>, infinite>>>> net(3, seed{1}, {}, {4});
    CHECK_THROWS_WITH(net.converters({.running_share = 0}), contains("a share of a running bound in (0, 1]"));
    CHECK_THROWS_WITH(net.converters({.running_share = 1.5}), contains("1.5"));
    CHECK_THROWS_WITH(net.converters({.running_share = std::nan("")}), contains("nan"));
    CHECK_THROWS_WITH(make(3).converters({.running_share = 0.5}), contains("a precision with a running bound"));
}

TEST_CASE("learned bounds: calibration and settings reach them, clipping of weights does not")
{
    auto net = make(3);
    calibrate_converters(net, digits(), 1.25);
    const double calibrated = bound_of(net, "0.adc_log_bound_l0");
    CHECK(calibrated != Approx(3));
    auto again = make(0.01);  // what it was before does not count
    calibrate_converters(again, digits(), 1.25);
    CHECK(bound_of(again, "0.adc_log_bound_l0") == calibrated);

    net.converters({.adc = bits{7}});
    CHECK(bound_of(net, "0.adc_log_bound_l0") == calibrated);
    weight_clipping{.bound = 1e-3}.on_step(net, {});
    CHECK(bound_of(net, "0.adc_log_bound_l0") == calibrated);
}
}
