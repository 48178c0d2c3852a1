/* The whole Sandport ABI, major 1. C11; compiles as C++11 and later.
 *
 * Start at abi/plugin.h (what a plugin exports), then abi/operation.h (the one shape of every slow
 * call). The rules that all of them share stand in abi/types.h. */
#ifndef SANDPORT_ABI_H
#define SANDPORT_ABI_H

#include "abi/backend.h"
#include "abi/fs.h"
#include "abi/host.h"
#include "abi/model.h"
#include "abi/operation.h"
#include "abi/plugin.h"
#include "abi/process.h"
#include "abi/sandbox.h"
#include "abi/sandbox_metrics.h"
#include "abi/sandbox_network.h"
#include "abi/sandbox_pause.h"
#include "abi/sandbox_pty.h"
#include "abi/sandbox_search.h"
#include "abi/sandbox_snapshot.h"
#include "abi/sandbox_watch.h"
#include "abi/service_blocking.h"
#include "abi/service_clock.h"
#include "abi/service_http.h"
#include "abi/service_log.h"
#include "abi/service_secret.h"
#include "abi/service_state_dir.h"
#include "abi/service_timer.h"
#include "abi/service_websocket.h"
#include "abi/template_builder.h"
#include "abi/toolset.h"
#include "abi/types.h"
#include "abi/version.h"

#endif
