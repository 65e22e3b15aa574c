// What an operation's definition says of its inputs and attributes: enough to rebuild a call of it as a node of a graph.

#ifndef GRADOSCOPE_OPDEF_H_
#define GRADOSCOPE_OPDEF_H_

#include <set>
#include <string>
#include <vector>

#include "tensorflow/c/c_api.h"

namespace gradoscope {

struct OpDef {
  // For each input, whether it is a list of tensors.
  std::vector<bool> inputs;
  std::set<std::string> attributes;
};

// Reads tensorflow/core/framework/op_def.proto as the C interface gives it.
OpDef ReadOpDef(TF_Graph *graph, const char *op, TF_Status *status);

}  // namespace gradoscope

#endif  // GRADOSCOPE_OPDEF_H_
