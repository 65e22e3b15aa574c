// Recorded operations as one function of TensorFlow: defined once, called with one native call a step.

#ifndef GRADOSCOPE_FUNCTIONS_H_
#define GRADOSCOPE_FUNCTIONS_H_

#include "backend.h"

namespace gradoscope {

// Adds defineFunction, removeFunction, runFunction, runFunctionAsync, commitState and dropState to the addon's exports.
void ExportFunctions(napi_env env, napi_value exports);

}  // namespace gradoscope

#endif  // GRADOSCOPE_FUNCTIONS_H_
