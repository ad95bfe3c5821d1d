// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>

#include "over_seeds.hpp"

namespace
{
constexpr const char* head = R"(set encoding utf8
set terminal pngcairo size 1800,960 fontscale 1.6 linewidth 1.6
set grid ytics linecolor rgb '#e4e4e4' linetype 1
set border 3 linecolor rgb '#606060'
set tics nomirror scale 0.6
set key outside right center vertical Left reverse samplen 3 spacing 1.5
set ylabel 'accuracy (%)' offset 1
set xlabel 'signal-to-noise ratio in inference (dB)'
)";

// Okabe and Ito's colours, to be told apart by all eyes.
constexpr std::array colours = {"#404040", "#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"};

std::string quoted(const std::string& text)
{
    std::string result = "'";
    for (const char c : text)
    {
        result += c;
        result += c == '\'' ? "'" : "";
    }
    return result + "'";
}

std::string title(const job& wanted)
{
    std::string cell = wanted.cell;
    std::ranges::transform(cell, cell.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    return cell + (wanted.layers > 1 ? ", " + std::to_string(wanted.layers) + " layers" : "") + " of " + std::to_string(wanted.hidden) + " cells on "
           + (wanted.data.empty() ? "synthetic" : "MNIST") + " pen strokes: noise at the " + name_of(wanted.site) + " of every product";
}

std::string level_text(double db)
{
    return std::isinf(db) ? "no noise" : (db < 0 ? "−" : "") + dni::number(std::abs(db));
}

// Solid for the fewest votes, dashed for the most.
std::string pass_style(std::size_t v)
{
    return std::string(" linewidth 2.2 pointsize 1.3 ") + (v == 0 ? "pointtype 7 dashtype 1" : "pointtype 6 dashtype 2");
}

std::string passes(std::size_t votes)
{
    return votes == 1 ? "one pass" : std::to_string(votes) + " votes";
}
}

void check_gnuplot()
{
    if (std::system("gnuplot --version > /dev/null 2>&1") != 0)
    {
        throw dni::value_error("--plot", "gnuplot, which draws the picture (Debian: gnuplot-nox)", "none that runs");
    }
}

void draw_plot(const job& wanted, const std::vector<measured>& results)
{
    if (wanted.plot.empty())
    {
        return;
    }
    std::ostringstream script;
    script << head << "set output " << quoted(wanted.plot) << "\nset title " << quoted(title(wanted)) << " noenhanced\n"
           << "set xrange [-0.25:" << static_cast<double>(wanted.infer_levels.size()) - 0.75 << "]\nset xtics (";
    for (std::size_t i = 0; i < wanted.infer_levels.size(); ++i)
    {
        script << (i > 0 ? ", " : "") << quoted(level_text(wanted.infer_levels[i])) << ' ' << i;
    }
    script << ")\n";

    std::vector<std::size_t> shown = {wanted.votes.front()};
    if (wanted.votes.size() > 1)
    {
        shown.push_back(wanted.votes.back());
    }
    std::string bands;
    std::string curves;
    std::string legend;
    const std::string text_alone = "NaN with points pointtype -1 linecolor rgb 'white' title ";  // in the legend
    double lowest = 100;
    for (std::size_t l = 0; l < wanted.train_levels.size(); ++l)
    {
        const auto& level = wanted.train_levels[l];
        const std::string colour = " linecolor rgb " + quoted(colours[l % colours.size()]);
        for (std::size_t v = 0; v < shown.size(); ++v)
        {
            const std::string name = "$curve_" + std::to_string(l) + "_" + std::to_string(v);
            script << name << " << end\n";
            for (std::size_t i = 0; i < wanted.infer_levels.size(); ++i)
            {
                const auto accuracy = over_seeds(results, level, wanted.infer_levels[i], shown[v]);
                const bool known = accuracy.deviation > 0;
                const double low = 100 * (known ? accuracy.low : accuracy.mean);
                script << i << ' ' << 100 * accuracy.mean << ' ' << low << ' ' << 100 * (known ? accuracy.high : accuracy.mean) << '\n';
                lowest = std::min(lowest, low);
            }
            script << "end\n";
            bands += name + " using 1:3:4 with filledcurves" + colour + " fillstyle transparent solid 0.18 noborder notitle, ";
            curves += name + " using 1:2 with linespoints" + pass_style(v) + colour + " notitle, ";
        }
        legend += "NaN with lines linewidth 5" + colour + " title "
                  + quoted("trained " + (level.low == exact ? "without noise" : "at " + describe(level))) + ", ";
    }
    legend += text_alone + "' ', ";
    for (std::size_t v = 0; v < shown.size(); ++v)
    {
        legend += "NaN with linespoints" + pass_style(v) + " linecolor rgb 'black' title " + quoted(passes(shown[v])) + ", ";
    }
    legend += "NaN with boxes fillstyle solid 0.25 noborder linecolor rgb '#606060' title " + quoted("95 % interval")
              + ", " + text_alone + quoted("over " + intervals_over(wanted));
    script << "set yrange [" << std::max(0.0, 10 * std::floor(lowest / 10)) << ":100.5]\nplot " << bands << curves << legend << '\n';

    const std::string text = script.str();
    std::FILE* const gnuplot = popen("gnuplot", "w");
    const bool sent = gnuplot && std::fwrite(text.data(), 1, text.size(), gnuplot) == text.size();
    if (!gnuplot || pclose(gnuplot) != 0 || !sent)
    {
        throw dni::value_error("--plot", "gnuplot to draw \"" + wanted.plot + "\"", "that it failed");
    }
}
