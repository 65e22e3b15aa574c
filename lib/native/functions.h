// Recorded operations as one function of TensorFlow: defined once, called with one native call a step.

#ifndef GRADOSCOPE_FUNCTIONS_H_
#define GRADOSCOPE_FUNCTIONS_H_

#include <node_api.h>

namespace gradoscope {

// Each adds its functions to the addon's exports: defineFunction, removeFunction, functionDef, beginTrace, traceOp;
void ExportDefine(napi_env env, napi_value exports);
// runFunction, runFunctionAsync, commitState, dropState.
void ExportRun(napi_env env, napi_value exports);

}  // namespace gradoscope

#endif  // GRADOSCOPE_FUNCTIONS_H_
