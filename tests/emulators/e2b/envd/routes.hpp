// The groups of envd's routes, one file each.
#pragma once

#include "tests/emulators/e2b/core/call.hpp"

namespace sandport::e2b_emulator {

void add_process_routes(Routes& routes);        // process.Process
void add_process_input_routes(Routes& routes);  // its calls that write to a process
void add_filesystem_routes(Routes& routes);     // filesystem.Filesystem, but watches
void add_watch_routes(Routes& routes);          // WatchDir and the polled watchers
void add_download_routes(Routes& routes);       // GET /files
void add_upload_routes(Routes& routes);         // POST /files, compose
void add_machine_routes(Routes& routes);        // health, metrics, envs

}  // namespace sandport::e2b_emulator
