// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <stdexcept>
#include <thread>
#include <vector>

#include <dni/core/thread_pool.hpp>

namespace thread_pool_test
{
using dni::thread_pool;

TEST_CASE("thread_pool: each index is run once, whatever the threads and the count")
{
    for (const std::size_t threads : {0u, 1u, 2u, 3u, 8u})
    {
        thread_pool pool(threads);
        CHECK(pool.threads() == std::max<std::size_t>(threads, 1));
        for (const std::size_t count : {0u, 1u, 2u, 7u, 1000u})
        {
            std::vector<std::atomic<int>> runs(count);
            pool.run(count, [&](std::size_t i) { ++runs[i]; });
            CHECK(std::ranges::all_of(runs, [](const auto& r) { return r == 1; }));
        }
    }
}

TEST_CASE("thread_pool: a pool is used again thousands of times")
{
    thread_pool pool(3);
    std::atomic<std::size_t> sum = 0;
    for (std::size_t round = 0; round < 3000; ++round)
    {
        pool.run(5, [&](std::size_t i) { sum += i; });
    }
    CHECK(sum == 30000);
}

TEST_CASE("thread_pool: one thread runs the indices in order, on the caller")
{
    thread_pool pool(1);
    std::vector<std::size_t> order;
    bool on_caller = true;
    pool.run(10,
             [&, caller = std::this_thread::get_id()](std::size_t i)
             {
                 order.push_back(i);
                 on_caller = on_caller && std::this_thread::get_id() == caller;
             });
    CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    CHECK(on_caller);
}

TEST_CASE("thread_pool: a task's exception comes out, and the pool goes on working")
{
    for (const std::size_t threads : {1u, 2u, 3u})
    {
        thread_pool pool(threads);
        for (int round = 0; round < 50; ++round)
        {
            CHECK_THROWS_AS(pool.run(20,
                                     [](std::size_t i)
                                     {
                                         if (i % 7 == 3)
                                         {
                                             throw std::out_of_range("index");
                                         }
                                     }),
                            std::out_of_range);
            std::atomic<int> runs = 0;
            pool.run(20, [&](std::size_t) { ++runs; });
            CHECK(runs == 20);
        }
    }
}

TEST_CASE("thread_pool: with workers, the tasks beside a failing one have ended when its exception comes out")
{
    thread_pool pool(3);
    std::atomic<int> ended = 0;
    CHECK_THROWS(pool.run(30,
                          [&](std::size_t i)
                          {
                              if (i == 0)
                              {
                                  throw std::runtime_error("first");
                              }
                              ++ended;
                          }));
    CHECK(ended == 29);
}
}
