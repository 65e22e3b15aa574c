// The addon: TensorFlow.js's own binding, unchanged, and what this package adds to it.

#include <node_api.h>

// The upstream source ends by registering the module, which must be done here.
#undef NAPI_MODULE
#define NAPI_MODULE(name, init)
#include "tfjs_binding.cc"

#include "functions.h"
#include "op.h"

NAPI_MODULE_INIT() {
  napi_value made = tfnodejs::InitTFNodeJSBinding(env, exports);
  if (made == nullptr) return nullptr;
  gradoscope::ExportDefine(env, exports);
  gradoscope::ExportRun(env, exports);
  napi_value own = nullptr;
  napi_get_boolean(env, gradoscope::AllRegistered(), &own);
  napi_set_named_property(env, exports, "ownOperations", own);
  return made;
}
