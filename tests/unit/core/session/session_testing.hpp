// What the tests of the session store share.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/session/store.hpp"

namespace sandport::testing {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "sandport-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Runs a coroutine to its end on a context of its own.
template <typename T>
T run(boost::asio::awaitable<T> work) {
  boost::asio::io_context context(1);
  std::exception_ptr failure;
  if constexpr (std::is_void_v<T>) {
    boost::asio::co_spawn(context, std::move(work),
                          [&](const std::exception_ptr& error) { failure = error; });
    context.run();
    if (failure) {
      std::rethrow_exception(failure);
    }
  } else {
    std::optional<T> result;
    boost::asio::co_spawn(context, std::move(work), [&](const std::exception_ptr& error, T value) {
      failure = error;
      result = std::move(value);
    });
    context.run();
    if (failure) {
      std::rethrow_exception(failure);
    }
    return std::move(*result);
  }
}

// The code and text of the error that `work` throws.
template <typename Work>
std::pair<Code, std::string> error_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return {error.code(), error.what()};
  }
  return {Code::kOk, "no error"};
}

inline Event event(std::string_view type, std::string payload = "{}") {
  Event made;
  made.type = type;
  made.payload_json = std::move(payload);
  return made;
}

inline Event user_message(const std::string& text) {
  return event(
      event_type::kUserMessage,
      R"({"message":{"role":"user","content":[{"type":"text","text":")" + text + R"("}]}})");
}

// An assistant message that calls the tool `bash_run` once for each id.
inline Event assistant_message(const std::vector<std::string>& call_ids = {}) {
  std::string calls;
  for (const std::string& id : call_ids) {
    calls += (calls.empty() ? "" : ",");
    calls += R"({"id":")" + id + R"(","name":"bash_run","arguments":{"command":"ls"}})";
  }
  const std::string list = calls.empty() ? "" : R"(,"tool_calls":[)" + calls + "]";
  return event(event_type::kAssistantMessage,
               R"({"message":{"role":"assistant","content":[{"type":"text","text":"ok"}])" + list +
                   R"(},"finish_reason":"stop"})");
}

inline Event call_started(const std::string& id) {
  return event(event_type::kToolCallStarted, R"({"id":")" + id + R"(","name":"bash_run"})");
}

inline Event call_finished(const std::string& id, const std::string& text = "done") {
  return event(event_type::kToolCallFinished,
               R"({"id":")" + id +
                   R"(","message":{"role":"tool","content":[{"type":"text","text":")" + text +
                   R"("}],"tool_call_id":")" + id + R"("}})");
}

inline Event turn_finished(const std::string& reason = "done") {
  return event(event_type::kTurnFinished, R"({"reason":")" + reason + R"("})");
}

inline std::vector<Event> events_of(const SessionStore& store, const std::string& id) {
  std::vector<Event> events;
  store.read_events(id, 0, [&](Event read) { events.push_back(std::move(read)); });
  return events;
}

inline std::vector<std::string> types_of(const SessionStore& store, const std::string& id) {
  std::vector<std::string> types;
  for (const Event& read : events_of(store, id)) {
    types.push_back(read.type);
  }
  return types;
}

}  // namespace sandport::testing
