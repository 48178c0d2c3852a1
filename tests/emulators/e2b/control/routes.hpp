// The groups of routes of the control API, one file each.
#pragma once

#include "tests/emulators/e2b/core/call.hpp"

namespace sandport::e2b_emulator {

void add_create_routes(Routes& routes);            // create
void add_read_routes(Routes& routes);              // info, list
void add_lifecycle_routes(Routes& routes);         // connect, pause, resume, timeout, kill, network
void add_snapshot_routes(Routes& routes);          // snapshots, fork
void add_template_routes(Routes& routes);          // builds, names, tags
void add_template_file_routes(Routes& routes);     // links for uploads
void add_telemetry_routes(Routes& routes);         // metrics, logs
void add_private_routes(Routes& routes);           // /_emulator
void add_template_storage_routes(Routes& routes);  // /_emulator/storage

// Routes of the control API need the key; the emulator's own do not. Throws HttpFailure 401.
void check_api_key(const Call& call);

// The sandbox with that id. Throws HttpFailure 404.
[[nodiscard]] std::shared_ptr<EmulatedSandbox> need_sandbox(const Call& call,
                                                            const std::string& id);
// Waits while it is pausing or resuming.
[[nodiscard]] Task<void> settled(std::shared_ptr<EmulatedSandbox> sandbox);
// Body's `name` in seconds. Throws HttpFailure 400 when it is no integer, negative or more than the
// longest life; fallback when it is missing, 400 without one.
[[nodiscard]] std::chrono::seconds life_from(const World& world, const nlohmann::json& body,
                                             const char* name,
                                             std::optional<std::chrono::seconds> fallback);
// Throws HttpFailure 429 when one more may not run.
void check_quota(const World& world);
// Removes the template that the path names, and answers. False when there is none.
[[nodiscard]] Task<bool> remove_template(Call& call);

}  // namespace sandport::e2b_emulator
