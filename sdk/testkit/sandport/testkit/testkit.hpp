// Everything to test a plugin with, without a host.
#pragma once

#include <sandport/testkit/executor.hpp>
#include <sandport/testkit/fake_clock.hpp>
#include <sandport/testkit/fake_host.hpp>
#include <sandport/testkit/fake_http.hpp>
#include <sandport/testkit/fake_operation.hpp>
#include <sandport/testkit/fake_websocket.hpp>
#include <sandport/testkit/memory_files.hpp>
#include <sandport/testkit/memory_sandbox.hpp>
#include <sandport/testkit/recording_sink.hpp>
