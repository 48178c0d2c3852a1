// Makes a directory look like a machine of its own to one command; see usage().
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "tests/emulators/e2b/guest/namespace.hpp"
#include "tests/emulators/e2b/guest/prepare.hpp"

namespace {

int usage() {
  std::fputs(
      "usage: sandport-e2b-emulator-guest --probe ROOT\n"
      "       sandport-e2b-emulator-guest --prepare ROOT\n"
      "       sandport-e2b-emulator-guest --enter ROOT UID DIRECTORY COMMAND [ARGUMENT...]\n",
      stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  namespace guest = sandport::e2b_emulator::guest;
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 2) return usage();
  try {
    if (arguments[0] == "--prepare") {
      guest::prepare_root(arguments[1]);
      return 0;
    }
    if (arguments[0] == "--probe") {
      guest::prepare_root(arguments[1]);
      guest::enter_root(arguments[1], 1000);
      return 0;
    }
    if (arguments[0] == "--enter" && arguments.size() >= 5) {
      guest::enter_root(arguments[1], static_cast<unsigned>(std::stoul(arguments[2])));
      guest::run_command(arguments[3], argv + 5);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sandport-e2b-emulator-guest: %s\n", error.what());
    return 125;
  }
  return usage();
}
