// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace dni
{
//! @brief A small persistent pool of threads.
//! @details `run(count, task)` calls task(0) … task(count − 1), each once, on the calling thread and the workers; indices are handed
//!          out in ascending order. Which thread takes an index is not fixed, so a task's result may depend on its index alone.
//!          One `run` at a time: a pool belongs to one thread of control.
class thread_pool
{
public:
    //! @param threads threads in all, the calling one included; 0 counts as 1
    explicit thread_pool(std::size_t threads = 1)
    {
        for (std::size_t t = 1; t < threads; ++t)
        {
            workers_.emplace_back([this] { work(); });
        }
    }

    thread_pool(const thread_pool&) = delete;
    thread_pool& operator=(const thread_pool&) = delete;

    ~thread_pool()
    {
        {
            const std::lock_guard lock{mutex_};
            stopping_ = true;
        }
        wake_.notify_all();
        for (auto& worker : workers_)
        {
            worker.join();
        }
    }

    std::size_t threads() const noexcept { return workers_.size() + 1; }

    //! @errors rethrows the first exception of a task, after all tasks have ended
    template <class Task>
    void run(std::size_t count, Task&& task)
    {
        if (workers_.empty() || count < 2)
        {
            for (std::size_t i = 0; i < count; ++i)
            {
                task(i);
            }
            return;
        }
        {
            const std::lock_guard lock{mutex_};
            next_ = 0;
            count_ = count;
            context_ = const_cast<void*>(static_cast<const void*>(std::addressof(task)));
            call_ = [](void* context, std::size_t i) { (*static_cast<std::remove_reference_t<Task>*>(context))(i); };
            busy_ = workers_.size();
            error_ = nullptr;
            ++generation_;
        }
        wake_.notify_all();
        take_tasks();
        poll([this] { return busy_ == 0; });
        std::unique_lock lock{mutex_};
        done_.wait(lock, [this] { return busy_ == 0; });
        if (error_)
        {
            std::rethrow_exception(error_);
        }
    }

private:
    // Before a thread sleeps: in a training step the next task comes within microseconds, and waking a thread takes tens of them.
    template <class Ready>
    static void poll(const Ready& ready) noexcept
    {
        for (int turn = 0; turn < 200 && !ready(); ++turn)
        {
            std::this_thread::yield();
        }
    }

    void take_tasks() noexcept
    {
        for (std::size_t i = next_++; i < count_; i = next_++)
        {
            try
            {
                call_(context_, i);
            }
            catch (...)
            {
                const std::lock_guard lock{mutex_};
                if (!error_)
                {
                    error_ = std::current_exception();
                }
            }
        }
    }

    void work()
    {
        std::size_t seen = 0;
        for (;;)
        {
            poll([&] { return stopping_ || generation_ != seen; });
            {
                std::unique_lock lock{mutex_};
                wake_.wait(lock, [&] { return stopping_ || generation_ != seen; });
                if (stopping_)
                {
                    return;
                }
                seen = generation_;
            }
            take_tasks();
            const std::lock_guard lock{mutex_};
            if (--busy_ == 0)
            {
                done_.notify_one();
            }
        }
    }

    std::vector<std::thread> workers_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable done_;
    std::atomic<std::size_t> next_ = 0;
    std::size_t count_ = 0;
    void* context_ = nullptr;
    void (*call_)(void*, std::size_t) = nullptr;
    std::atomic<std::size_t> busy_ = 0;
    std::atomic<std::size_t> generation_ = 0;
    std::atomic<bool> stopping_ = false;
    std::exception_ptr error_;
};
}
