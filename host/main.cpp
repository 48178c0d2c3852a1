#include "host/command/command_line.hpp"

int main(int argc, char** argv) { return sandport::run_command_line(argc, argv); }
