#include "process/terminal.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "posix_error.hpp"

namespace sandport_local {

Terminal open_terminal(TerminalDimensions dimensions) {
  Terminal terminal;
  terminal.master = UniqueFd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.master) throw_errno("a new terminal");
  const int master = terminal.master.get();
  if (::grantpt(master) != 0 || ::unlockpt(master) != 0) throw_errno("a new terminal");
  // By the master rather than by name: works also where /dev/pts is another instance's.
  terminal.slave = UniqueFd(::ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.slave) throw_errno("a new terminal");
  resize_terminal(master, dimensions);
  return terminal;
}

void resize_terminal(int master, TerminalDimensions dimensions) {
  winsize size{};
  size.ws_row = dimensions.rows;
  size.ws_col = dimensions.columns;
  if (::ioctl(master, TIOCSWINSZ, &size) != 0) throw_errno("the terminal's size");
}

char end_of_file_character(int master) {
  termios settings{};
  constexpr char kControlD = 4;
  if (::tcgetattr(master, &settings) != 0) return kControlD;
  return static_cast<char>(settings.c_cc[VEOF]);
}

}  // namespace sandport_local
