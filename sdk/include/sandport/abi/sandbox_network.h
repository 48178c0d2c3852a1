/* Extension: what a running sandbox may reach. */
#ifndef SANDPORT_ABI_SANDBOX_NETWORK_H
#define SANDPORT_ABI_SANDBOX_NETWORK_H

#include "operation.h"
#include "sandbox.h"

SP_BEGIN

#define SP_SANDBOX_NETWORK "sp.sandbox.network/1"

typedef struct sp_sandbox_network {
  uint32_t struct_size;

  /* [submit] → result: JSON, the policy in force, in the backend's own terms. */
  sp_code (*get_policy)(sp_sandbox* sandbox, sp_sink* sink, sp_op** out_op, sp_error* error);

  /* [submit] Replaces it. */
  sp_code (*set_policy)(sp_sandbox* sandbox, sp_str policy, sp_sink* sink, sp_op** out_op,
                        sp_error* error);
} sp_sandbox_network;

SP_END

#endif
