// Runs a Task as an operation of a plugin, watched by a RecordingSink.
#pragma once

#include <sandport/host.hpp>
#include <sandport/operation.hpp>
#include <sandport/testkit/testkit.hpp>

#include <utility>

namespace sandport::tests {

// `make(Emitter&)` returns the Task.
template <class Make>
sp_code start(testkit::RecordingSink& sink, Make&& make) {
  return sink.start([&](sp_sink* at, sp_op** op, sp_error* error) {
    return detail::submit(at, op, error, std::forward<Make>(make));
  });
}

}  // namespace sandport::tests
