// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The whole library, room by room in the order of the data flow.

#include <dni/core/differences.hpp>
#include <dni/core/error.hpp>
#include <dni/core/fixed_point.hpp>
#include <dni/core/half_precision.hpp>
#include <dni/core/math.hpp>
#include <dni/core/matrix.hpp>
#include <dni/core/number.hpp>
#include <dni/core/outer_product.hpp>
#include <dni/core/packed_matrix.hpp>
#include <dni/core/shape.hpp>
#include <dni/core/simd.hpp>
#include <dni/core/storage.hpp>
#include <dni/core/table.hpp>
#include <dni/core/thread_pool.hpp>
#include <dni/core/version.hpp>
#include <dni/core/workspace.hpp>
#include <dni/core/xtensor.hpp>

#include <dni/random/initializers.hpp>
#include <dni/random/key.hpp>
#include <dni/random/stream.hpp>

#include <dni/io/bytes.hpp>
#include <dni/io/csv.hpp>
#include <dni/io/idx.hpp>
#include <dni/io/named_tensor.hpp>
#include <dni/io/npy.hpp>
#include <dni/io/number_type.hpp>

#include <dni/data/batch.hpp>
#include <dni/data/fingerprint.hpp>
#include <dni/data/images.hpp>
#include <dni/data/normalization.hpp>
#include <dni/data/packing.hpp>
#include <dni/data/per.hpp>
#include <dni/data/sequences.hpp>
#include <dni/data/strokes.hpp>
#include <dni/data/synthetic_strokes.hpp>

#include <dni/noise/additive.hpp>
#include <dni/noise/ar1.hpp>
#include <dni/noise/chip.hpp>
#include <dni/noise/clipped.hpp>
#include <dni/noise/common_mode.hpp>
#include <dni/noise/crossing.hpp>
#include <dni/noise/device_draws.hpp>
#include <dni/noise/device_pairs.hpp>
#include <dni/noise/discretized.hpp>
#include <dni/noise/drop_connect.hpp>
#include <dni/noise/flicker.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/noise/impulse.hpp>
#include <dni/noise/ir_drop.hpp>
#include <dni/noise/laplace.hpp>
#include <dni/noise/level.hpp>
#include <dni/noise/lifetime.hpp>
#include <dni/noise/log_normal.hpp>
#include <dni/noise/multiplicative.hpp>
#include <dni/noise/phase_change_memory.hpp>
#include <dni/noise/programming.hpp>
#include <dni/noise/read_noise.hpp>
#include <dni/noise/resistive_memory_oxide.hpp>
#include <dni/noise/resistive_memory_wan.hpp>
#include <dni/noise/schedule.hpp>
#include <dni/noise/site.hpp>
#include <dni/noise/stuck_at.hpp>
#include <dni/noise/telegraph.hpp>
#include <dni/noise/trajectory.hpp>
#include <dni/noise/uniform.hpp>

#include <dni/precision/bits.hpp>
#include <dni/precision/bound.hpp>
#include <dni/precision/converted.hpp>
#include <dni/precision/converter.hpp>
#include <dni/precision/converter_settings.hpp>
#include <dni/precision/precision.hpp>
#include <dni/precision/quantized_cell.hpp>
#include <dni/precision/rounding.hpp>

#include <dni/crossbar/array_plan.hpp>
#include <dni/crossbar/crossbar.hpp>
#include <dni/crossbar/fixed_array.hpp>
#include <dni/crossbar/mapping.hpp>
#include <dni/crossbar/memory_array.hpp>
#include <dni/crossbar/policies.hpp>
#include <dni/crossbar/sources.hpp>
#include <dni/crossbar/wiring.hpp>

#include <dni/presets/converters8.hpp>
#include <dni/presets/phase_change.hpp>
#include <dni/presets/preset.hpp>
#include <dni/presets/ramp_adc.hpp>
#include <dni/presets/resistive_oxide.hpp>
#include <dni/presets/resistive_wan.hpp>
#include <dni/presets/standard_hwa.hpp>

#include <dni/cell/cell.hpp>
#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/cell/noise_at_rows.hpp>
#include <dni/cell/normalized.hpp>
#include <dni/cell/policies_of_cell.hpp>
#include <dni/cell/rnn.hpp>

#include <dni/layer/cell_step.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/dropout.hpp>
#include <dni/layer/embedding.hpp>
#include <dni/layer/joints.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/layer_in_words.hpp>
#include <dni/layer/mean_over_time.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/noisy_cell_step.hpp>
#include <dni/layer/number_type.hpp>
#include <dni/layer/parameters.hpp>
#include <dni/layer/pass_context.hpp>
#include <dni/layer/plain_layer.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/layer/row_normalization.hpp>
#include <dni/layer/sizes.hpp>
#include <dni/layer/stored_network.hpp>
#include <dni/layer/walk.hpp>

#include <dni/loss/code_word_loss.hpp>
#include <dni/loss/code_words.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/loss/distillation.hpp>
#include <dni/loss/loss.hpp>
#include <dni/loss/mean_squared_error.hpp>
#include <dni/loss/softmax.hpp>

#include <dni/optim/adam.hpp>
#include <dni/optim/clipping.hpp>
#include <dni/optim/optimizer.hpp>
#include <dni/optim/rate_schedule.hpp>
#include <dni/optim/rmsprop.hpp>
#include <dni/optim/sgd.hpp>

#include <dni/eval/aging.hpp>
#include <dni/eval/batches.hpp>
#include <dni/eval/calibrate.hpp>
#include <dni/eval/calibrate_converters.hpp>
#include <dni/eval/chip_population.hpp>
#include <dni/eval/decoded.hpp>
#include <dni/eval/describe.hpp>
#include <dni/eval/find_tolerance.hpp>
#include <dni/eval/metrics.hpp>
#include <dni/eval/noise_sweep.hpp>
#include <dni/eval/power_meter.hpp>
#include <dni/eval/predict.hpp>
#include <dni/eval/sensitivity.hpp>
#include <dni/eval/statistics.hpp>
#include <dni/eval/voting.hpp>

#include <dni/train/callback.hpp>
#include <dni/train/fit_options.hpp>
#include <dni/train/history.hpp>
#include <dni/train/non_finite.hpp>
#include <dni/train/progress_bar.hpp>
#include <dni/train/trainer.hpp>
#include <dni/train/training_state.hpp>
#include <dni/train/validation.hpp>
#include <dni/train/weight_clipping.hpp>

#include <dni/export/c_expression.hpp>
#include <dni/export/c_fixed_layer.hpp>
#include <dni/export/c_integer.hpp>
#include <dni/export/c_layer.hpp>
#include <dni/export/c_program.hpp>
#include <dni/export/export_c.hpp>
#include <dni/export/fixed_layer.hpp>
#include <dni/export/fixed_streaming.hpp>
#include <dni/export/layer_stream.hpp>
#include <dni/export/streaming.hpp>
